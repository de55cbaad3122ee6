/** Graphs that look random and are the same in every run of the same seed. */
import type { GraphEdge } from "../../models/graph.ts";
import { cls, edge, type Fixture, file, fn } from "./reader.fixture.ts";

export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Functions `f0` … in one file, with calls between them. */
export function randomCalls(seed: number, nodes: number, edges: number): Fixture {
  const random = randomFrom(seed);
  const pick = (): string => `a.py::function::f${Math.floor(random() * nodes)}`;
  const made: GraphEdge[] = [];
  for (let at = 0; at < edges; at += 1) made.push(edge(pick(), "CALLS", pick(), { line: at }));
  return {
    nodes: [file("a.py"), ...Array.from({ length: nodes }, (_, at) => fn("a.py", `f${at}`))],
    edges: made,
  };
}

/** A repository of many files: each calls mostly its neighbours, and some popular functions. */
export function bigRepository(seed: number, files: number, perFile: number, edges: number): Fixture {
  const random = randomFrom(seed);
  const fixture: Fixture = { nodes: [], edges: [], words: {} };
  for (let at = 0; at < files; at += 1) {
    const path = `src/p${at % 40}/m${at}.py`;
    fixture.nodes.push(file(path, { lines: [1, perFile * 10], "x-test": at % 10 === 9 }));
    fixture.nodes.push(cls(path, "C", [1, 10]));
    for (let each = 1; each < perFile; each += 1) {
      const node = fn(path, `run${at}_${each}`, [each * 10, each * 10 + 9], { "x-test": at % 10 === 9 });
      fixture.nodes.push(node);
      if (fixture.words !== undefined)
        fixture.words[node.id] = { run: 1, [`word${each % 50}`]: 2, [`file${at}`]: 1 };
    }
  }
  const pathAt = (at: number): string => `src/p${at % 40}/m${at}.py`;
  const idAt = (at: number, each: number): string => `${pathAt(at)}::function::run${at}_${each}`;
  for (let count = 0; count < edges; count += 1) {
    const from = Math.floor(random() * files);
    // The square of a random number makes some files popular.
    const near =
      random() < 0.7 ? Math.max(0, from - 1 - Math.floor(random() * 20)) : Math.floor(random() ** 3 * files);
    const each = 1 + Math.floor(random() * (perFile - 1));
    const other = 1 + Math.floor(random() ** 2 * (perFile - 1));
    if (count % 6 === 0)
      fixture.edges.push(edge(`${pathAt(from)}::file`, "IMPORTS", `${pathAt(near)}::file`));
    else fixture.edges.push(edge(idAt(from, each), "CALLS", idAt(near, other), { line: count }));
  }
  return fixture;
}
