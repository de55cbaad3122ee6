import { readFileSync } from "node:fs";
import { join } from "node:path";

const file = join(import.meta.dirname, "..", "..", "package.json");

/** Version of this Tidegate, as its package.json says. */
export const VERSION: string = JSON.parse(readFileSync(file, "utf8")).version;
