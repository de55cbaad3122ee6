// Writes the list that the app starts with.
import { writeFileSync } from "node:fs";

writeFileSync("start.json", JSON.stringify([{ name: "Bread", done: false }]));
