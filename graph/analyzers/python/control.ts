import type { Var } from "../../facts/index.ts";
import { NONE, type Node } from "../../tree.ts";
import { isScalar } from "./keys.ts";
import { protocol, truth } from "./operators.ts";
import { matchPattern } from "./patterns.ts";
import type { Reader, Run } from "./reader.ts";
import { assign, takeNext } from "./targets.ts";

function ifStatement(reader: Reader, node: Node): void {
  const { tree } = reader;
  const condition = tree.field(node, "condition");
  truth(reader, condition);
  const typing = /(^|\.)TYPE_CHECKING$/.test(tree.text(condition));
  const arms = [() => reader.block(tree.field(node, "consequence"))];
  let exhaustive = false;
  // Flat, not one inside the other: generated code has thousands of them.
  for (const other of tree.fields(node, "alternative")) {
    if (tree.type(other) === "else_clause") {
      exhaustive = true;
      arms.push(() => reader.block(tree.field(other, "body")));
      continue;
    }
    truth(reader, tree.field(other, "condition"));
    arms.push(() => reader.block(tree.field(other, "consequence")));
  }
  if (typing) arms[0] = underTyping(reader, arms[0] as () => void);
  reader.body.flow.branch(arms, exhaustive);
}

function underTyping(reader: Reader, run: () => void): () => void {
  return () => {
    const before = reader.typeOnly;
    reader.typeOnly = true;
    run();
    reader.typeOnly = before;
  };
}

function forStatement(reader: Reader, node: Node): void {
  const { tree } = reader;
  const source = reader.expression(tree.field(node, "right"));
  reader.body.flow.loop(() => {
    takeNext(reader, node, source);
    reader.block(tree.field(node, "body"));
  });
  afterLoop(reader, node);
}

function whileStatement(reader: Reader, node: Node): void {
  const { tree } = reader;
  reader.body.flow.loop(() => {
    truth(reader, tree.field(node, "condition"));
    reader.block(tree.field(node, "body"));
  });
  afterLoop(reader, node);
}

function afterLoop(reader: Reader, node: Node): void {
  const other = reader.tree.field(node, "alternative");
  if (other === NONE) return;
  reader.body.flow.branch([() => reader.block(reader.tree.field(other, "body"))], false);
}

function tryStatement(reader: Reader, node: Node): void {
  const { tree } = reader;
  const handlers: (() => void)[] = [];
  let after: (() => void) | undefined;
  let last: (() => void) | undefined;
  for (let child = tree.first(node); child !== NONE; child = tree.next(child)) {
    const clause = child;
    const type = tree.type(clause);
    if (type === "except_clause") handlers.push(() => except(reader, clause));
    else if (type === "else_clause") after = () => reader.block(tree.field(clause, "body"));
    else if (type === "finally_clause") last = () => reader.block(tree.childOf(clause, "block"));
  }
  reader.body.flow.attempt(() => reader.block(tree.field(node, "body")), handlers, after, last);
  // Which of the ways was gone is not known, nor what ran on it.
  reader.forgetAll();
}

function except(reader: Reader, clause: Node): void {
  const { tree } = reader;
  reader.forgetAll();
  const [value, old] = tree.fields(clause, "value");
  if (value !== undefined) {
    const aliased = tree.type(value) === "as_pattern";
    const type = aliased ? tree.first(value) : value;
    const target = aliased ? tree.field(value, "alias") : (old ?? tree.field(clause, "alias"));
    const caught = anyCaught(reader, type, target !== NONE);
    if (target !== NONE) assign(reader, target, caught);
  }
  reader.block(tree.childOf(clause, "block"));
}

/** What `except (A, B) as e` may have caught. */
function anyCaught(reader: Reader, type: Node, wanted: boolean): Var {
  const { tree, writer } = reader;
  const types = tree.type(type) === "tuple" ? tree.children(type) : [type];
  const values = types.map((one) => reader.expression(one));
  return wanted ? reader.either(values.map((value) => writer.catch(value))) : reader.data();
}

function withStatement(reader: Reader, node: Node): void {
  const { tree, writer } = reader;
  const wait = tree.type(tree.first(node)) === "async";
  const settle = (value: Var) => (wait ? writer.await(value) : value);
  const [enter, exit] = wait ? ["__aenter__", "__aexit__"] : ["__enter__", "__exit__"];
  const entered: [Node, Var][] = [];
  const clause = tree.childOf(node, "with_clause");
  for (const item of clause === NONE ? [] : tree.children(clause)) {
    const value = tree.field(item, "value");
    if (value === NONE) continue;
    const aliased = tree.type(value) === "as_pattern";
    const context = aliased ? tree.first(value) : value;
    const manager = reader.expression(context);
    reader.at(context);
    const result = settle(protocol(reader, manager, enter as string));
    reader.forgetAll();
    entered.push([context, manager]);
    if (aliased) assign(reader, tree.field(value, "alias"), result);
  }
  reader.block(tree.field(node, "body"));
  const nothing = entered.length === 0 ? -1 : reader.data();
  for (const [context, manager] of entered.reverse()) {
    reader.at(context);
    settle(protocol(reader, manager, exit as string, [nothing, nothing, nothing]));
  }
  reader.forgetAll();
}

function matchStatement(reader: Reader, node: Node): void {
  const { tree, writer } = reader;
  const subjects = tree.fields(node, "subject");
  const values = subjects.map((subject) => reader.expression(subject));
  let subject = values[0] ?? reader.data();
  if (values.length > 1) {
    subject = writer.make(2);
    values.forEach((value, index) => {
      writer.put(subject, String(index), value);
    });
  }
  const body = tree.field(node, "body");
  const arms: (() => void)[] = [];
  let exhaustive = false;
  for (const clause of body === NONE ? [] : tree.children(body)) {
    if (tree.type(clause) !== "case_clause") continue;
    const guard = tree.field(clause, "guard");
    const patterns = tree.children(clause).filter((child) => tree.type(child) === "case_pattern");
    exhaustive ||= guard === NONE && patterns.length === 1 && catchesAll(reader, patterns[0] as Node);
    arms.push(() => {
      patterns.forEach((pattern, index) => {
        matchPattern(reader, pattern, patterns.length === 1 ? subject : writer.item(subject, String(index)));
      });
      if (guard !== NONE) reader.inside(guard);
      reader.block(tree.field(clause, "consequence"));
    });
  }
  reader.body.flow.branch(arms, exhaustive);
}

/** `case _:` and `case name:`. */
function catchesAll(reader: Reader, pattern: Node): boolean {
  const { tree } = reader;
  const text = tree.text(pattern);
  if (text === "_") return true;
  const only = tree.children(pattern)[0];
  return (
    only !== undefined && tree.type(only) === "dotted_name" && !text.includes(".") && !isScalar(tree, only)
  );
}

export const control: [string, Run][] = [
  ["if_statement", ifStatement],
  ["for_statement", forStatement],
  ["while_statement", whileStatement],
  ["try_statement", tryStatement],
  ["with_statement", withStatement],
  ["match_statement", matchStatement],
];
