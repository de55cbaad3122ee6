/** Files for a command that are no source: its prompt, its rules, its images. */
import { rename } from "node:fs/promises";
import { join } from "node:path";
import { INPUTS, type InputFiles } from "../models/sandbox.ts";
import { withAside, writeAside } from "./archive.ts";
import { removeTree } from "./place.ts";
import type { Sandbox } from "./sandbox.ts";
import { pathAt, walk } from "./walk.ts";

/** Lays the files into the home of the sandbox, all or none; what was laid there before is gone. */
export function layInputs(sandbox: Sandbox, { files }: InputFiles): Promise<void> {
  return sandbox.alone("laying inputs", () =>
    withAside(sandbox, async (aside) => {
      for (const file of files) await writeAside(aside, file);
      for await (const { path } of walk(aside)) sandbox.cell.give(pathAt(aside, path).toString());
      const target = join(sandbox.place.home, INPUTS);
      // Whatever a command made of it, a link included: the move must not follow where that leads.
      await removeTree(target);
      await rename(aside, target);
    }),
  );
}
