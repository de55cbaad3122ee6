import { CallFlag, Shape, UnitFlag } from "../facts/index.ts";
import { type Arguments, bindArguments, bindReceiver } from "./arguments.ts";
import type { Engine } from "./engine.ts";
import { Tongue } from "./program.ts";
import { Rule } from "./rules.ts";
import { Kind, type Obj } from "./values.ts";

/** Runs a function's body for a call: parameters take the arguments, `to` takes what comes out. */
export function enter(
  engine: Engine,
  call: number,
  callee: Obj,
  receiver: Obj,
  given: Arguments,
  to: number,
): void {
  const unit = engine.objects.a.get(callee);
  const fact = engine.fact(unit);
  const instance = engine.instanceFor(callee, receiver, call);
  const tongue = engine.tongueOfUnit(unit);
  if (engine.enters(call, instance))
    bindArguments(engine, instance, fact.params, fact.self, receiver, given, tongue);
  else if (receiver !== -1) bindReceiver(engine, instance, fact.params, fact.self, receiver, tongue);
  const result = fact.result === -1 ? -1 : engine.variable(instance, fact.result);
  if ((fact.flags & UnitFlag.GENERATOR) !== 0) {
    engine.flows.add(to, engine.objects.of(Kind.GENERATOR, instance));
  } else if ((fact.flags & UnitFlag.ASYNC) !== 0 && engine.tongueOfUnit(unit) === Tongue.ECMA) {
    const promise = engine.objects.of(
      Kind.CONTAINER,
      Shape.PROMISE + (Tongue.ECMA << 8),
      engine.place(instance, -1),
    );
    if (result !== -1) engine.flows.rule(result, Rule.AWAIT, engine.field(promise, engine.names.value));
    engine.flows.add(to, promise);
  } else if (result !== -1) {
    engine.flows.flow(result, to);
  }
}

const NOTHING: Arguments = {
  plain: [],
  named: new Map(),
  spread: [],
  spreadNamed: [],
  flags: CallFlag.QUIET,
};

/** Runs a function that nobody called. */
export function open(engine: Engine, callable: Obj, self: Obj): void {
  const instance = engine.shared(engine.objects.a.get(callable), engine.objects.b.get(callable));
  begin(engine, instance, callable, self);
}

/** Runs a method of an object that a decorator made. */
export function openOn(engine: Engine, method: Obj, self: Obj): void {
  const instance = engine.ofDecorator(method, self);
  if (instance !== undefined) begin(engine, instance, method, self);
}

function begin(engine: Engine, instance: number, callable: Obj, self: Obj): void {
  const unit = engine.objects.a.get(callable);
  const fact = engine.fact(unit);
  bindArguments(engine, instance, fact.params, fact.self, self, NOTHING, engine.tongueOfUnit(unit));
}
