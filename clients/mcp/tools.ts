import { MEASURES } from "./measures.ts";
import { STRUCTURE } from "./structure.ts";
import type { Tool } from "./tool.ts";

/** The tools that agents get, whoever serves them: their names, what they take, how they are answered. */
export const TOOLS: readonly Tool[] = [...STRUCTURE, ...MEASURES];
