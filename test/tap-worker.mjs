/** The Worker as it is deployed, between it and the world somebody who is told of every effect before and after it. */
import { env as bindings } from "cloudflare:workers";
import * as worker from "./index.js";

const WRITE = /^\s*(insert|update|delete|replace)\s+(?:or\s+\w+\s+)?(?:into\s+|from\s+)?["`]?(\w+)/i;
const ENDS = ["run", "all", "raw", "first"];
const QUEUES = { HINTS: "tidegate-hints", STEPS: "tidegate-steps", GRAPHS: "tidegate-graphs" };

async function post(path, body) {
  const answer = await bindings.TAP.fetch(`http://tap${path}`, {
    method: "POST",
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(await answer.text());
}

/** An effect, which the test may let fail, or never come back from. */
async function told(effect, act) {
  await post("/before", { effect });
  const result = await act();
  await post("/after", { effect });
  return result;
}

const over = (target, instead) =>
  new Proxy(target, {
    get(_, name) {
      if (Object.hasOwn(instead, name)) return instead[name];
      const value = target[name];
      // A stub takes every word for a method, `bind` too.
      return typeof value === "function" && name !== "then" ? (...given) => target[name](...given) : value;
    },
  });

/** @returns what a statement writes; null when it only reads */
function written(sql) {
  const [, verb, table] = WRITE.exec(sql) ?? [];
  return verb === undefined ? null : `d1 ${verb.toLowerCase()} ${table}`;
}

const truth = new WeakMap();

function statement(real, sql) {
  const effect = written(sql);
  const ends = ENDS.map((name) => [
    name,
    (...given) => (effect === null ? real[name](...given) : told(effect, () => real[name](...given))),
  ]);
  const shown = over(real, {
    ...Object.fromEntries(ends),
    bind: (...values) => statement(real.bind(...values), sql),
  });
  truth.set(shown, { real, effect });
  return shown;
}

const database = (real) =>
  over(real, {
    prepare: (sql) => statement(real.prepare(sql), sql),
    batch(list) {
      const all = list.map((one) => truth.get(one));
      const act = () => real.batch(all.map((one) => one.real));
      const effect = all.find((one) => one.effect !== null)?.effect;
      return effect === undefined ? act() : told(`${effect} and more`, act);
    },
  });

const queueOf = (name) => {
  const put = (messages) =>
    told(`send ${messages[0]?.body.kind}`, () => post("/put", { queue: name, messages }));
  return {
    send: (body, options) => put([{ body, delaySeconds: options?.delaySeconds ?? 0 }]),
    sendBatch: (messages) => put([...messages].map(({ body, delaySeconds = 0 }) => ({ body, delaySeconds }))),
  };
};

const bucket = (real) =>
  over(real, {
    put: (key, ...given) => told(`r2 put ${key.split("/")[0]}`, () => real.put(key, ...given)),
    delete: (...given) => told("r2 delete", () => real.delete(...given)),
  });

const objects = (real) =>
  over(real, {
    get(...given) {
      const stub = real.get(...given);
      return over(stub, {
        tell: (id, fact, ...more) =>
          told(`tell ${fact.type} ${fact.kind ?? ""}`.trim(), () => stub.tell(id, fact, ...more)),
        note: (...said) => told("note", () => stub.note(...said)),
      });
    },
  });

function tapped(env) {
  const queues = Object.entries(QUEUES).map(([binding, name]) => [binding, queueOf(name)]);
  const taps = {
    DB: database(env.DB),
    ARTIFACTS: bucket(env.ARTIFACTS),
    PROJECT: objects(env.PROJECT),
  };
  return { ...env, ...taps, ...Object.fromEntries(queues) };
}

const outward = globalThis.fetch;
globalThis.fetch = (input, init) => {
  const request = new Request(input, init?.body == null ? init : { ...init, body: null });
  const { pathname, host } = new URL(request.url);
  const act = () => outward(input, init);
  if (request.method === "GET" || request.method === "HEAD") return act();
  const whose = bindings.RUNNER_URL.endsWith(host) ? "sandbox" : "github";
  return told(`${whose} ${request.method} ${pathname}`, act);
};

export class ProjectObject extends worker.ProjectObject {
  constructor(ctx, env) {
    super(ctx, tapped(env));
  }
}

export { SandboxContainer } from "./index.js";

export default {
  fetch: (request, env, context) => worker.default.fetch(request, tapped(env), context),
  queue: (batch, env, context) => worker.default.queue(batch, tapped(env), context),
  scheduled: (event, env, context) => worker.default.scheduled(event, tapped(env), context),
};
