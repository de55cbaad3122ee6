/** A Worker that does nothing but what is measured: files in, a graph in D1, questions about it. */
import { build } from "../../graph/build.ts";
import { context } from "../../graph/queries/context.ts";
import { dependencies } from "../../graph/queries/dependencies.ts";
import { impact } from "../../graph/queries/impact.ts";
import { search } from "../../graph/queries/search.ts";
import { ContextRequest } from "../../models/context.ts";
import { grammars, parsersOf } from "../../workers/grammars.ts";
import { d1Graphs } from "../../workers/store/graphs.ts";
import { bareParsing } from "./bare.ts";

const QUESTIONS = {
  dependencies,
  impact,
  search,
  context: (reader, asked) => context(reader, ContextRequest.parse(asked)),
};
/** The database as an isolate sees it that has asked before. */
let warm;

export default {
  async fetch(request, env) {
    const { pathname, searchParams } = new URL(request.url);
    try {
      const answer = await routes[pathname.slice(1)](env, request, searchParams);
      return Response.json(answer);
    } catch (error) {
      return new Response(error.stack, { status: 500 });
    }
  },
};

const routes = {
  async idle() {
    return {};
  },
  async bare(_env, request) {
    const parsing = await bareParsing(grammars);
    for await (const { path, bytes } of filesOf(request.body)) await parsing.add(path, bytes);
    return { nodes: parsing.nodes };
  },
  async analyze(env, request, params) {
    const written = { rows: 0, size: 0 };
    const store = d1Graphs(counted(env.DB, written));
    const files = (async function* () {
      for await (const { path, blob, bytes } of filesOf(request.body))
        yield { path, blob, bytes: () => bytes };
    })();
    const built = await build(files, { parsers: await parsersOf(), kept: store, frugal: true });
    const id = params.get("id");
    const info = {
      id,
      repository: { path: params.get("repository"), name: "bench" },
      status: "ready",
      created_at: new Date().toISOString(),
      get stats() {
        return built.stats();
      },
    };
    const base = params.get("base");
    await store.save(info, built.parts(), base === null ? undefined : { id: base });
    return {
      ...written,
      parsed: built.parsed,
      reused: built.reused,
      warnings: built.warnings,
      stats: built.stats(),
    };
  },
  async ask(env, request, params) {
    const { kind, asked } = await request.json();
    if (warm === undefined || params.get("cold") === "1") warm = counted(env.DB, { rows: 0, size: 0 });
    const reader = await d1Graphs(warm).open(params.get("id"));
    const answer = await QUESTIONS[kind](reader, asked);
    return { bytes: JSON.stringify(answer).length };
  },
  async samples(env, _request, params) {
    const reader = await d1Graphs(env.DB).open(params.get("id"));
    const found = [];
    for await (const { nodes } of reader.parts())
      found.push(
        ...nodes.filter(({ type }) => type === "function").map(({ id, name, path }) => ({ id, name, path })),
      );
    const step = Math.max(1, Math.floor(found.length / Number(params.get("count"))));
    return found.filter((_, at) => at % step === 0).slice(0, Number(params.get("count")));
  },
};

/** The same database as another object, so that nothing is remembered of it, and with its writes counted. */
function counted(db, written) {
  const note = (result) => {
    written.rows += result.meta?.rows_written ?? 0;
    written.size = result.meta?.size_after ?? written.size;
    return result;
  };
  const wrap = (statement) => ({
    real: statement,
    bind: (...values) => wrap(statement.bind(...values)),
    run: async () => note(await statement.run()),
    all: async () => note(await statement.all()),
    first: (...column) => statement.first(...column),
    raw: (...options) => statement.raw(...options),
  });
  return {
    prepare: (sql) => wrap(db.prepare(sql)),
    batch: async (statements) => (await db.batch(statements.map(({ real }) => real))).map(note),
    exec: (sql) => db.exec(sql),
  };
}

/** Files as `packed` (in workerd.ts) writes them: lengths before path, blob and bytes. */
async function* filesOf(body) {
  const reader = body.getReader();
  let held = new Uint8Array(0);
  const take = async (count) => {
    while (held.length < count) {
      const { value, done } = await reader.read();
      if (done) return undefined;
      const joined = new Uint8Array(held.length + value.length);
      joined.set(held);
      joined.set(value, held.length);
      held = joined;
    }
    const taken = held.slice(0, count);
    held = held.subarray(count);
    return taken;
  };
  const text = new TextDecoder();
  for (;;) {
    const head = await take(8);
    if (head === undefined) return;
    const view = new DataView(head.buffer);
    const name = JSON.parse(text.decode(await take(view.getUint32(0))));
    yield { ...name, bytes: await take(view.getUint32(4)) };
  }
}
