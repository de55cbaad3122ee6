/** Writes the JSON Schema of .tidegate.yml beside its model; with --check only says whether it is up to date. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { Config } from "./config.ts";

const file = join(import.meta.dirname, "tidegate.schema.json");
const text = `${JSON.stringify(z.toJSONSchema(Config, { io: "input" }), null, 2)}\n`;

if (!process.argv.includes("--check")) writeFileSync(file, text);
else if (readFileSync(file, "utf8") !== text) {
  console.error("models/tidegate.schema.json is not what models/config.ts says: run npm run types");
  process.exit(1);
}
