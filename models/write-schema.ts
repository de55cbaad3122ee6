/** Writes the JSON Schemas of .tidegate.yml and of the code graph beside their models; with --check only says whether they are up to date. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { Config } from "./config.ts";
import { Graph } from "./graph.ts";

const SCHEMAS = [
  { name: "tidegate.schema.json", schema: Config, model: "config.ts" },
  { name: "graph.schema.json", schema: Graph, model: "graph.ts" },
];

for (const { name, schema, model } of SCHEMAS) {
  const file = join(import.meta.dirname, name);
  const text = `${JSON.stringify(z.toJSONSchema(schema, { io: "input" }), null, 2)}\n`;
  if (!process.argv.includes("--check")) writeFileSync(file, text);
  else if (!existsSync(file) || readFileSync(file, "utf8") !== text) {
    console.error(`models/${name} is not what models/${model} says: run npm run types`);
    process.exitCode = 1;
  }
}
