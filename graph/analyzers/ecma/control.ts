import type { Var } from "../../facts/index.ts";
import { NONE, type Node } from "../../tree.ts";
import { giveBack } from "./functions.ts";
import { narrowed } from "./narrowing.ts";
import { assign } from "./patterns.ts";
import { firstNamed } from "./syntax.ts";
import type { Statement, Walker } from "./walker.ts";

/** Runs `arms` as ways of which one is taken, where that makes a difference. */
function either(walker: Walker, node: Node, arms: readonly (() => void)[], exhaustive: boolean): void {
  if (walker.affects(node)) walker.flow.branch(arms, exhaustive);
  else for (const arm of arms) arm();
}

const ifStatement: Statement = (walker, node) => {
  const { tree } = walker;
  const condition = tree.field(node, "condition");
  walker.value(condition);
  const yes = tree.field(node, "consequence");
  const no = tree.field(node, "alternative");
  const arms = [() => narrowed(walker, condition, () => walker.statement(yes))];
  if (no !== NONE) arms.push(() => walker.statements(no));
  if (yes !== NONE) either(walker, node, arms, no !== NONE);
};

/** A body that runs any number of times. */
function repeat(walker: Walker, node: Node, body: () => void): void {
  const { breaks } = walker.frame;
  breaks.push(true);
  if (walker.affects(node)) walker.flow.loop(body);
  else body();
  breaks.pop();
}

const whileStatement: Statement = (walker, node) => {
  repeat(walker, node, () => walker.statements(node));
};

const forStatement: Statement = (walker, node) => {
  const { tree } = walker;
  walker.inScope(node, () => {
    const initializer = tree.field(node, "initializer");
    if (initializer !== NONE) walker.statement(initializer);
    repeat(walker, node, () => {
      for (const condition of tree.fields(node, "condition"))
        if (tree.named(condition)) walker.statement(condition);
      const body = tree.field(node, "body");
      if (body !== NONE) walker.statement(body);
      const increment = tree.field(node, "increment");
      if (increment !== NONE) walker.value(increment);
    });
  });
};

const forInStatement: Statement = (walker, node) => {
  const { tree, writer } = walker;
  walker.inScope(node, () => {
    const over = walker.value(tree.field(node, "right"));
    const left = tree.field(node, "left");
    const body = tree.field(node, "body");
    walker.at(node);
    const isOf = tree.text(tree.field(node, "operator")) === "of";
    let element: Var = isOf ? writer.iterate(over) : walker.data();
    if (isOf && tree.childOf(node, "await") !== NONE) element = writer.await(element);
    repeat(walker, node, () => {
      assign(walker, left, element);
      if (body !== NONE) walker.statement(body);
    });
  });
};

const switchStatement: Statement = (walker, node) => {
  const { tree } = walker;
  walker.value(tree.field(node, "value"));
  const body = tree.field(node, "body");
  if (body === NONE) return;
  walker.inScope(body, () => {
    walker.frame.breaks.push(false);
    const arms: (() => void)[] = [];
    let open: Node[] = [];
    for (const part of tree.children(body)) {
      open.push(part);
      if (!fallsThrough(walker, part)) {
        arms.push(armOf(walker, open));
        open = [];
      }
    }
    if (open.length > 0) arms.push(armOf(walker, open));
    either(walker, body, arms, tree.childOf(body, "switch_default") !== NONE);
    walker.frame.breaks.pop();
  });
};

/** Cases that run into each other: the last one runs, the ones before may have. */
function armOf(walker: Walker, cases: readonly Node[]): () => void {
  return () => {
    cases.forEach((part, index) => {
      if (index === cases.length - 1) walker.statements(part);
      else either(walker, part, [() => walker.statements(part)], false);
    });
  };
}

function fallsThrough(walker: Walker, part: Node): boolean {
  const { tree } = walker;
  let last = tree.fields(part, "body").at(-1) ?? NONE;
  if (last !== NONE && tree.type(last) === "statement_block") last = tree.children(last).at(-1) ?? NONE;
  return last === NONE || !ENDS.has(tree.type(last));
}

const ENDS = new Set(["break_statement", "return_statement", "throw_statement", "continue_statement"]);

const tryStatement: Statement = (walker, node) => {
  const { tree } = walker;
  const handler = tree.field(node, "handler");
  const last = tree.field(node, "finalizer");
  const thrown: Var[] = [];
  const body = () => {
    const inner = tree.field(node, "body");
    walker.frame.thrown.push(thrown);
    if (inner !== NONE) walker.statement(inner);
    walker.frame.thrown.pop();
  };
  const handlers = handler === NONE ? [] : [() => catchClause(walker, handler, thrown)];
  if (walker.affects(node)) {
    walker.flow.attempt(body, handlers, undefined, last === NONE ? undefined : () => walker.statements(last));
    return;
  }
  body();
  for (const run of handlers) run();
  if (last !== NONE) walker.statements(last);
};

function catchClause(walker: Walker, node: Node, thrown: readonly Var[]): void {
  const { tree, writer } = walker;
  walker.inScope(node, () => {
    const parameter = tree.field(node, "parameter");
    // More may come from what the body calls.
    const caught = writer.variable();
    for (const value of thrown) writer.copy(caught, value);
    if (parameter !== NONE) assign(walker, parameter, caught);
    const body = tree.field(node, "body");
    if (body !== NONE) walker.statements(body);
  });
}

const returnStatement: Statement = (walker, node) => {
  const inner = firstNamed(walker.tree, node);
  if (inner !== NONE) giveBack(walker, inner);
  walker.flow.stop();
};

const throwStatement: Statement = (walker, node) => {
  const value = walker.value(firstNamed(walker.tree, node));
  walker.writer.throw(value);
  walker.frame.thrown.at(-1)?.push(value);
  walker.flow.stop();
};

/** Leaves a loop; leaving a `switch` or a labelled block is taken as going on. */
const breakStatement: Statement = (walker, node) => {
  const labelled = walker.tree.field(node, "label") !== NONE;
  if (labelled ? walker.frame.breaks.includes(true) : walker.frame.breaks.at(-1) === true) walker.flow.jump();
};

const continueStatement: Statement = (walker) => {
  if (walker.frame.breaks.includes(true)) walker.flow.jump();
};

/** Statements that choose, repeat or leave. */
export const CONTROL: Record<string, Statement> = {
  if_statement: ifStatement,
  while_statement: whileStatement,
  do_statement: whileStatement,
  for_statement: forStatement,
  for_in_statement: forInStatement,
  switch_statement: switchStatement,
  try_statement: tryStatement,
  return_statement: returnStatement,
  throw_statement: throwStatement,
  break_statement: breakStatement,
  continue_statement: continueStatement,
};
