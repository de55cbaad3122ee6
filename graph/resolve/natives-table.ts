import { Natives } from "./natives.ts";
import { javascriptNatives } from "./natives-javascript.ts";
import { pythonNatives } from "./natives-python.ts";

/** By tongue: Python, JavaScript and TypeScript. The others need none. */
export const natives = new Natives([pythonNatives, javascriptNatives]);
