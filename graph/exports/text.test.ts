import { spawnSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { Graph } from "../../models/graph.ts";
import { edge, HOSTILE, hostile, INFO, node, part, readerOf, textOf } from "./exports.fixture.ts";
import { exportDot, exportGraphml, exportJson, exportMermaid, exportSarif } from "./index.ts";

const has = (tool: string) => spawnSync(tool, ["-V"], { stdio: "ignore" }).error === undefined;
const chain = (length: number) => {
  const nodes = Array.from({ length }, (_, at) => node("a.py", "function", `f${at}`, at + 1));
  const edges = nodes.slice(1).map(({ id }, at) => edge((nodes[at] as { id: string }).id, id));
  return [part("a.py", [node("a.py", "file", "a.py"), ...nodes], edges)];
};

describe("json", () => {
  test("is the protocol document, hostile names unchanged", async () => {
    const graph = Graph.parse(JSON.parse(await textOf(exportJson(readerOf(hostile())))));
    expect(graph.nodes).toEqual(hostile().flatMap(({ nodes }) => nodes));
    expect(graph.edges).toEqual(hostile().flatMap(({ edges }) => edges));
    expect(graph["x-findings"]).toHaveLength(HOSTILE.length);
    expect([graph.sha, graph.repository, graph["x-warnings"]]).toEqual([
      "abc123",
      INFO.repository,
      INFO.warnings,
    ]);
  });

  test("an empty graph is a document, too", async () => {
    expect(Graph.parse(JSON.parse(await textOf(exportJson(readerOf([]))))).nodes).toEqual([]);
  });

  test("comes in pieces", async () => {
    const sizes: number[] = [];
    for await (const piece of exportJson(readerOf(chain(5000)))) sizes.push(piece.length);
    expect(sizes.length).toBeGreaterThan(10);
    expect(Math.max(...sizes)).toBeLessThan(80_000);
  });
});

describe("dot", () => {
  test("hostile names stay inside their quotes", async () => {
    const text = await exportDot(readerOf(hostile()), { level: "symbol" });
    // Without its quoted strings nothing is left but our own words.
    const bare = text.replace(/"(?:[^"\\]|\\[\s\S])*"/g, "Q");
    expect(bare.split("\n").filter((line) => !DOT_LINE.test(line))).toEqual([]);
    expect(text).not.toContain("\0");
    expect(text).toContain("&amp;amp;");
  });
  const DOT_LINE =
    /^(digraph Q \{| *rankdir=LR;| *(node|edge) \[.*\];| *label=Q;| *n\d+ \[label=Q, tooltip=Q(, \w+=\w+)*\];| *subgraph cluster_\d+ \{| *n\d+ -> n\d+ \[label=Q\];| *\}|)$/;

  test.runIf(has("dot"))("Graphviz reads it", async () => {
    const input = await exportDot(readerOf(hostile()), { level: "symbol" });
    const { status, stderr } = spawnSync("dot", ["-Tcanon"], { input, encoding: "utf8" });
    expect([status, stderr]).toEqual([0, ""]);
  });

  test("says what it left out", async () => {
    const text = await exportDot(readerOf(chain(50)), { level: "symbol", max_nodes: 10 });
    expect(text.split("\n")[0]).toMatch(/^\/\/ Drawn: 10 of 51 nodes and \d+ of 49 edges\./);
    expect(text.match(/tooltip=/g)).toHaveLength(10);
  });

  test("a focus shows what is near, in both directions", async () => {
    const focus = ["a.py::function::f20"];
    const text = await exportDot(readerOf(chain(50)), { level: "symbol", focus, depth: 2 });
    const names = [...text.matchAll(/label="(f\d+)"/g)].map(([, name]) => name);
    expect(names).toEqual(["f18", "f19", "f20", "f21", "f22"]);
  });

  test("between files, edges are counted", async () => {
    const [a, b] = [node("a.py", "function", "f"), node("b.py", "function", "g")];
    const parts = [
      part(
        "a.py",
        [node("a.py", "file", ""), a],
        [edge(a.id, b.id), edge(a.id, b.id, "CALLS", 2), edge(a.id, a.id), edge("a.py::file", a.id)],
      ),
      part("b.py", [node("b.py", "file", ""), b]),
    ];
    const text = await exportDot(readerOf(parts), {});
    expect(text.match(/n\d+ -> n\d+ .*/g)).toEqual(['n0 -> n1 [label="CALLS 2"];']);
  });
});

describe("mermaid", () => {
  test("hostile names become plain text and numbered characters", async () => {
    const lines = (await exportMermaid(readerOf(hostile()), { level: "symbol" })).trimEnd().split("\n");
    const label = /"(?:[\p{L}\p{N} _./:,@()+=-]|#\d+;)*"/u.source;
    const known = new RegExp(
      `^(flowchart LR|  n\\d+(\\[${label}\\]|\\[\\[${label}\\]\\]|\\(${label}\\))|  n\\d+ -->\\|${label}\\| n\\d+)$`,
      "u",
    );
    expect(lines.filter((line) => !known.test(line))).toEqual([]);
    expect(lines.length).toBeGreaterThan(HOSTILE.length * 4);
  });

  test("never more than Mermaid draws", async () => {
    const long = "x".repeat(300);
    const nodes = Array.from({ length: 900 }, (_, at) => node("a.py", "function", `${long}${at}`));
    const edges = nodes.flatMap((one, at) => nodes.slice(at + 1, at + 4).map((two) => edge(one.id, two.id)));
    const text = await exportMermaid(readerOf([part("a.py", nodes, edges)]), {
      level: "symbol",
      max_nodes: 900,
    });
    expect(text.length).toBeLessThanOrEqual(50_000);
    expect(text.match(/-->/g)?.length).toBeLessThanOrEqual(500);
    expect(text.split("\n")[1]).toMatch(/^%% Drawn: /);
  });
});

describe("graphml", () => {
  const READ = `
import sys, json, xml.etree.ElementTree as E
root = E.fromstring(sys.stdin.buffer.read())
ns = "{http://graphml.graphdrawing.org/xmlns}"
graph = root.find(ns + "graph")
names = [next(d.text or "" for d in n if d.get("key") == "name") for n in graph.iter(ns + "node")]
ids = {n.get("id") for n in graph.iter(ns + "node")}
ends = [e.get(k) in ids for e in graph.iter(ns + "edge") for k in ("source", "target")]
print(json.dumps([names, len(ends), all(ends)]))`;

  test("hostile names come out of an XML parser as they went in", async () => {
    const input = await textOf(exportGraphml(readerOf(hostile())));
    const { stdout, stderr } = spawnSync("python3", ["-c", READ], { input, encoding: "utf8" });
    expect(stderr).toBe("");
    const [names, ends, known] = JSON.parse(stdout);
    const all = hostile().flatMap(({ nodes }) => nodes.map(({ name }) => shown(name)));
    expect([names, ends, known]).toEqual([all, HOSTILE.length * 4, true]);
  });
  // What XML cannot hold at all is marked.
  const shown = (text: string) =>
    text.toWellFormed().replaceAll("\0", "\ufffd").replaceAll("\u0007", "\ufffd");
});

describe("sarif", () => {
  const rules = [{ id: "weak-hash", title: "Weak hash", severity: "warning" as const }];
  const findings = hostile().flatMap((one) => one.findings);

  test("rules, places and levels are there, paths as URIs", () => {
    const log = JSON.parse(exportSarif(findings, { rules, version: "1.2.3", sha: "abc" }));
    const [run] = log.runs;
    expect(run.results).toHaveLength(HOSTILE.length);
    expect(run.results.every((one: { ruleIndex: number }) => one.ruleIndex === 0)).toBe(true);
    const uris = run.results.map(
      (one: SarifResult) => one.locations[0].physicalLocation.artifactLocation.uri,
    );
    expect(uris[0]).toBe("src/quo%22te.py");
    expect(uris.every((uri: string) => /^[\w./%!'()*~-]+$/.test(uri))).toBe(true);
    expect(run.results[0].locations[0].physicalLocation.region).toEqual({ startLine: 3, endLine: 4 });
  });
  type SarifResult = { locations: [{ physicalLocation: { artifactLocation: { uri: string } } }] };

  test("a finding keeps its fingerprint when its line moves, and equal ones are told apart", () => {
    const [first] = findings;
    if (first === undefined) throw new Error("no finding");
    const print = (all: typeof findings) =>
      JSON.parse(exportSarif(all, { rules, version: "1" })).runs[0].results.map(
        (one: { partialFingerprints: object }) => JSON.stringify(one.partialFingerprints),
      );
    const moved = { ...first, lines: [30, 31] as [number, number] };
    expect(print([moved])).toEqual(print([first]));
    expect(new Set(print([first, moved])).size).toBe(2);
  });

  test("a rule that the table does not know is added", () => {
    const log = JSON.parse(exportSarif(findings, { rules: [], version: "1" }));
    expect(log.runs[0].tool.driver.rules.map((rule: { id: string }) => rule.id)).toEqual(["weak-hash"]);
  });
});
