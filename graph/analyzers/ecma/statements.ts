import { NONE, type Node } from "../../tree.ts";
import { classValue } from "./classes.ts";
import { typedBy } from "./context.ts";
import { CONTROL } from "./control.ts";
import { DECLARATIONS } from "./declarations.ts";
import type { Naming } from "./frame.ts";
import { functionDeclaration } from "./functions.ts";
import { exportStatement, importStatement } from "./modules.ts";
import { narrowedTo } from "./narrowing.ts";
import { assign } from "./patterns.ts";
import { firstNamed, isClass, isFunction, unwrap } from "./syntax.ts";
import { annotation, objectOf } from "./types.ts";
import type { Statement, Walker } from "./walker.ts";

const skip: Statement = () => {};

const block: Statement = (walker, node) => walker.inScope(node, () => walker.statements(node));

/** `var`, `let`, `const`. */
const variables: Statement = (walker, node) => {
  const { tree } = walker;
  const declarators = tree.children(node);
  for (const declarator of declarators) {
    if (tree.type(declarator) === "variable_declarator")
      variable(walker, node, declarator, declarators.length === 1);
    else walker.statement(declarator);
  }
};

function variable(walker: Walker, statement: Node, declarator: Node, alone: boolean): void {
  const { tree, writer } = walker;
  const target = tree.field(declarator, "name");
  const value = tree.field(declarator, "value");
  if (target === NONE) return;
  const type = annotation(walker, declarator);
  if (value === NONE) {
    const object = objectOf(walker, type);
    if (object === -1) return;
    assign(walker, target, object);
    const name = walker.scope.find(tree.text(target));
    if (name !== undefined) name.typed = object;
    return;
  }
  const isName = tree.type(target) === "identifier";
  let from = walker.value(
    value,
    isName ? naming(walker, statement, declarator, target, value, alone) : undefined,
  );
  const object = type === NONE ? -1 : objectOf(walker, type);
  if (object !== -1) {
    typedBy(walker, value, from, object);
    from = narrowedTo(walker, from, type);
    writer.hint(from, object);
  }
  assign(walker, target, from);
}

/** The name, and the statement it stands in: that is what the definition spans. */
function naming(
  walker: Walker,
  statement: Node,
  declarator: Node,
  target: Node,
  value: Node,
  alone: boolean,
): Naming {
  const { tree } = walker;
  const text = tree.text(target);
  const parent = tree.parent(statement);
  const isExport = parent !== NONE && tree.type(parent) === "export_statement";
  const span = alone ? (isExport ? parent : statement) : declarator;
  const inner = unwrap(tree, value);
  const bound = walker.scope.find(text);
  const defines = inner !== NONE && (isFunction(tree.type(inner)) || isClass(tree.type(inner)));
  return { name: text, span, exported: isExport, ...(defines && bound !== undefined ? { bound } : {}) };
}

const declareFunction: Statement = (walker, node) => {
  const { tree } = walker;
  const name = tree.field(node, "name");
  const bound = name === NONE ? undefined : walker.scope.find(tree.text(name));
  functionDeclaration(walker, node, {
    name: name === NONE ? "" : tree.text(name),
    ...spanOf(walker, node),
    ...(bound === undefined ? {} : { bound }),
  });
};

function spanOf(walker: Walker, node: Node): { span: Node; exported: boolean } {
  const { tree } = walker;
  const parent = tree.parent(node);
  const isExport = parent !== NONE && tree.type(parent) === "export_statement";
  return { span: isExport ? parent : node, exported: isExport };
}

const declareClass: Statement = (walker, node) => {
  const { tree } = walker;
  const name = tree.field(node, "name");
  const bound = name === NONE ? undefined : walker.scope.find(tree.text(name));
  const value = classValue(walker, node, {
    name: name === NONE ? "" : tree.text(name),
    ...spanOf(walker, node),
    ...(bound === undefined ? {} : { bound }),
  });
  if (bound !== undefined) walker.write(bound, value);
};

const expressionStatement: Statement = (walker, node) => {
  const inner = firstNamed(walker.tree, node);
  if (inner !== NONE) walker.statement(inner);
};

const children: Statement = (walker, node) => walker.statements(node);

const table: Record<string, Statement> = {
  program: children,
  statement_block: block,
  expression_statement: expressionStatement,
  variable_declaration: variables,
  lexical_declaration: variables,
  using_declaration: variables,
  function_declaration: declareFunction,
  generator_function_declaration: declareFunction,
  class_declaration: declareClass,
  abstract_class_declaration: declareClass,
  import_statement: importStatement,
  export_statement: exportStatement,
  comment: skip,
  empty_statement: skip,
  debugger_statement: skip,
  hash_bang_line: skip,
  statement_identifier: skip,
  html_comment: skip,
  ...CONTROL,
  ...DECLARATIONS,
};

export const STATEMENTS: ReadonlyMap<string, Statement> = new Map(Object.entries(table));
