import { importedPaths } from "./imports.ts";
import type { Modules, Program } from "./program.ts";

/** Files in the order in which imports would run them: what is imported first, circles entered where they are met. */
export function importOrder(program: Program, modules: Modules): number[] {
  const order: number[] = [];
  const state = new Uint8Array(program.files.length);
  for (let start = 0; start < program.files.length; start++) {
    if (state[start] === 0) visit(program, modules, start, state, order);
  }
  return order;
}

function visit(program: Program, modules: Modules, start: number, state: Uint8Array, order: number[]): void {
  const stack = [{ file: start, imports: importsOf(program, modules, start), at: 0 }];
  state[start] = 1;
  for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
    const next = top.imports[top.at];
    top.at += 1;
    if (next === undefined) {
      order.push(top.file);
      stack.pop();
    } else if (state[next] === 0) {
      state[next] = 1;
      stack.push({ file: next, imports: importsOf(program, modules, next), at: 0 });
    }
  }
}

function importsOf(program: Program, modules: Modules, index: number): number[] {
  const file = program.files[index] as Program["files"][number];
  return file.facts.imports
    .flatMap((fact) => importedPaths(modules, file.path, fact))
    .flatMap((path) => program.byPath.get(path) ?? []);
}
