import { Arg, CallFlag, Param, type ParamFact, Shape } from "../facts/index.ts";
import { storeItem } from "./containers.ts";
import { ALL, type Engine } from "./engine.ts";
import { copyEntries, passOn } from "./entries.ts";
import { Tongue } from "./program.ts";
import { Rule } from "./rules.ts";
import { Kind, type Obj } from "./values.ts";

/** The arguments of a call, as variables of the resolution. */
export interface Arguments {
  plain: number[];
  named: Map<string, number>;
  spread: number[];
  spreadNamed: number[];
  flags: number;
}

export function argumentsOf(engine: Engine, call: number): Arguments {
  const offset = engine.callOp.get(call);
  if (offset === -1) {
    const given = engine.callArguments.get(call);
    return {
      plain: [...(given?.plain ?? [])],
      named: new Map(given?.named),
      spread: [...(given?.spread ?? [])],
      spreadNamed: [...(given?.spreadNamed ?? [])],
      flags: CallFlag.QUIET,
    };
  }
  const instance = engine.siteInstance.get(engine.callSite.get(call));
  const file = engine.fileOfInstance(instance);
  const ops = file.facts.ops;
  const found: Arguments = {
    plain: [],
    named: new Map(),
    spread: [],
    spreadNamed: [],
    flags: ops[offset + 5] as number,
  };
  let at = offset + 8;
  for (let left = ops[offset + 7] as number; left > 0; left--) {
    const kind = ops[at] as number;
    if (kind === Arg.NAMED) {
      found.named.set(
        file.facts.strings[ops[at + 1] as number] as string,
        engine.variable(instance, ops[at + 2] as number),
      );
      at += 3;
      continue;
    }
    const value = engine.variable(instance, ops[at + 1] as number);
    if (kind === Arg.SPREAD) found.spread.push(value);
    else if (kind === Arg.SPREAD_NAMED) found.spreadNamed.push(value);
    // What follows a spread stands at a place that nobody knows.
    else if (found.spread.length > 0) found.spread.push(wrapped(engine, instance, at, value));
    else found.plain.push(value);
    at += 2;
  }
  return found;
}

function wrapped(engine: Engine, instance: number, at: number, value: number): number {
  const tongue = engine.fileOfInstance(instance).tongue;
  const list = engine.objects.of(Kind.CONTAINER, Shape.LIST + (tongue << 8), engine.place(instance, at));
  engine.flows.flow(value, engine.field(list, engine.names["[*"]));
  engine.flows.flow(value, engine.field(list, engine.names[ALL]));
  return engine.holding(list);
}

export function bindArguments(
  engine: Engine,
  instance: number,
  params: readonly ParamFact[],
  self: number,
  receiver: Obj,
  given: Arguments,
  tongue: number,
): void {
  const { flows } = engine;
  let plain = given.plain;
  if (receiver !== -1) {
    if (self !== -1) flows.add(engine.variable(instance, self), receiver);
    else if (tongue !== Tongue.ECMA) plain = [engine.holding(receiver), ...plain];
  }
  const names = engine.fileOfInstance(instance).facts.strings;
  const taken = new Set<string>();
  let next = 0;
  for (const param of params) {
    const to = engine.variable(instance, param.variable);
    const name = names[param.name] as string;
    if (param.kind === Param.REST) {
      const used = Math.max(0, next - plain.length);
      restOf(engine, instance, to, plain.slice(next), { containers: given.spread, used }, tongue);
      next = plain.length;
    } else if (param.kind === Param.REST_NAMED) {
      restNamed(engine, instance, to, given, taken);
    } else {
      const positional = param.kind === Param.PLAIN ? plain[next] : undefined;
      if (param.kind === Param.PLAIN) next += 1;
      taken.add(name);
      bindOne(
        engine,
        instance,
        param,
        to,
        positional ?? given.named.get(name),
        given,
        next - 1 - plain.length,
        name,
      );
    }
  }
}

/** The same call reached the same body with another receiver. */
export function bindReceiver(
  engine: Engine,
  instance: number,
  params: readonly ParamFact[],
  self: number,
  receiver: Obj,
  tongue: number,
): void {
  const [first] = params;
  if (self !== -1) engine.flows.add(engine.variable(instance, self), receiver);
  else if (tongue !== Tongue.ECMA && first?.kind === Param.PLAIN)
    engine.flows.add(engine.variable(instance, first.variable), receiver);
}

/** One parameter takes its argument, or what may come out of a spread, or its default. */
function bindOne(
  engine: Engine,
  instance: number,
  param: ParamFact,
  to: number,
  value: number | undefined,
  given: Arguments,
  spreadIndex: number,
  name: string,
): void {
  if (value !== undefined) {
    engine.flows.flow(value, to);
    return;
  }
  const site = engine.site(instance, 0);
  if (param.kind === Param.PLAIN && spreadIndex >= 0) {
    const [first, ...more] = given.spread;
    if (first !== undefined) {
      const key = engine.program.id(more.length === 0 ? String(spreadIndex) : "*");
      for (const container of given.spread) engine.flows.rule(container, Rule.ITEM, to, key, site);
    }
  }
  for (const container of given.spreadNamed)
    engine.flows.rule(container, Rule.ITEM, to, engine.program.id(name), site);
  if (param.fallback !== -1) engine.flows.flow(engine.variable(instance, param.fallback), to);
}

function restOf(
  engine: Engine,
  instance: number,
  to: number,
  values: readonly number[],
  spread: { containers: readonly number[]; used: number },
  tongue: number,
): void {
  const { objects, flows, program } = engine;
  const shape = tongue === Tongue.ECMA ? Shape.ARRAY : Shape.TUPLE;
  const rest = objects.of(Kind.CONTAINER, shape + (tongue << 8), engine.place(instance, -2));
  const site = engine.site(instance, 0);
  values.forEach((value, index) => {
    storeItem(engine, rest, program.id(String(index)), value, site);
  });
  const { containers, used } = spread;
  for (const container of containers) {
    if (values.length === 0 && containers.length === 1) {
      // `f(*xs)` into `a, *xs`: the elements keep their order, after those that parameters before took.
      engine.hook(container, (object) => passOn(engine, object, rest, site, used));
    }
    const element = flows.make();
    flows.rule(container, Rule.ITER, element, site);
    if (values.length > 0 || containers.length > 1) storeItem(engine, rest, engine.names["*"], element, site);
  }
  flows.add(to, rest);
}

function restNamed(
  engine: Engine,
  instance: number,
  to: number,
  given: Arguments,
  taken: ReadonlySet<string>,
): void {
  const { objects, flows, program } = engine;
  const rest = objects.of(Kind.CONTAINER, Shape.DICT + (Tongue.PYTHON << 8), engine.place(instance, -3));
  const site = engine.site(instance, 0);
  for (const [name, value] of given.named) {
    if (!taken.has(name)) storeItem(engine, rest, program.id(name), value, site);
  }
  // `f(**xs)` into `**xs`: what the one holds the other holds, under the same names.
  for (const container of given.spreadNamed)
    engine.hook(container, (object) => copyEntries(engine, object, rest, site));
  flows.add(to, rest);
}
