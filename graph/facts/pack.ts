import { Damaged, Sink, Source } from "./bytes.ts";
import type { Def, Facts, FindingFact, ImportFact, Trouble } from "./facts.ts";
import { packOps, unpackOps } from "./pack-ops.ts";
import { packUnits, packVariables, unpackUnits, unpackVariables } from "./pack-units.ts";

/** The first byte. Raise it whenever the layout below changes: facts of another version are made anew. */
const VERSION = 1;

/** Facts as bytes, small enough to keep for every blob ever seen. */
export function packFacts(facts: Facts): Uint8Array {
  const table = new Table(facts.strings);
  const body = new Sink();
  for (const text of [facts.analyzer, facts.language, facts.mark, facts.trouble]) table.put(body, text);
  body.int(facts.lines);
  body.int(facts.sloc);
  table.put(body, facts.docstring);
  table.put(body, facts.package);
  packDefs(body, table, facts.defs);
  packUnits(body, facts.units);
  packVariables(body, facts.variables);
  packOps(body, facts.ops);
  packImports(body, table, facts.imports);
  packFindings(body, table, facts.findings);
  packWords(body, table, facts.words);

  const whole = new Sink();
  whole.byte(VERSION);
  whole.uint(facts.strings.length);
  whole.texts(table.texts);
  whole.raw(body.finish());
  return whole.finish();
}

/** Throws when the bytes are not facts of this version. */
export function unpackFacts(bytes: Uint8Array): Facts {
  const from = new Source(bytes);
  const version = from.byte();
  if (version !== VERSION) {
    throw new Error(
      `These facts have version ${version}, not ${VERSION}. Remove them, and they are made anew.`,
    );
  }
  const own = from.uint();
  const texts = from.texts();
  if (own > texts.length) throw new Damaged("strings are missing");
  const text = () => textAt(texts, from.uint());
  const facts: Facts = {
    analyzer: text(),
    language: text(),
    mark: text() as Facts["mark"],
    trouble: text() as Trouble,
    lines: from.int(),
    sloc: from.int(),
    docstring: text(),
    package: text(),
    defs: unpackDefs(from, text),
    units: unpackUnits(from),
    strings: texts.slice(0, own),
    variables: unpackVariables(from),
    ops: unpackOps(from),
    imports: unpackImports(from, text),
    findings: unpackFindings(from, text),
    words: unpackWords(from, texts),
  };
  from.end();
  return facts;
}

/** Every text once: the strings of the ops in their places, then whatever else occurs. */
class Table {
  readonly texts: string[];
  readonly #places = new Map<string, number>();

  constructor(strings: readonly string[]) {
    this.texts = [...strings];
    for (let i = strings.length - 1; i >= 0; i--) this.#places.set(strings[i] as string, i);
  }

  place(text: string): number {
    let place = this.#places.get(text);
    if (place === undefined) {
      place = this.texts.push(text) - 1;
      this.#places.set(text, place);
    }
    return place;
  }
  put(to: Sink, text: string): void {
    to.uint(this.place(text));
  }
}

function textAt(texts: readonly string[], place: number): string {
  const text = texts[place];
  if (text === undefined) throw new Damaged("a string is missing");
  return text;
}

const IS_CLASS = 1;
const EXPORTED = 2;
const TEST = 4;
/** The qualified name is the owner's and the name. */
const PLAIN = 8;

function packDefs(to: Sink, table: Table, defs: readonly Def[]): void {
  to.uint(defs.length);
  let line = 0;
  for (let i = 0; i < defs.length; i++) {
    const def = defs[i] as Def;
    const plain = def.qualified === plainName(defs[def.owner], def.name) && def.owner < i;
    to.byte(
      (def.type === "class" ? IS_CLASS : 0) |
        (def.exported ? EXPORTED : 0) |
        (def.test ? TEST : 0) |
        (plain ? PLAIN : 0),
    );
    table.put(to, def.kind);
    table.put(to, def.name);
    to.int(i - def.owner);
    if (!plain) table.put(to, def.qualified);
    to.int(def.lines[0] - line);
    to.int(def.lines[1] - def.lines[0]);
    line = def.lines[0];
    table.put(to, def.docstring);
    table.put(to, def.signature);
    to.int(def.cyclomatic);
    to.int(def.cognitive);
    to.int(def.sloc);
    to.number(def.volume);
  }
}

function unpackDefs(from: Source, text: () => string): Def[] {
  const defs: Def[] = [];
  const count = from.count();
  let line = 0;
  for (let i = 0; i < count; i++) {
    const flags = from.byte();
    const kind = text();
    const name = text();
    const owner = i - from.int();
    const qualified = (flags & PLAIN) !== 0 ? plainName(defs[owner], name) : text();
    line += from.int();
    defs.push({
      type: (flags & IS_CLASS) !== 0 ? "class" : "function",
      kind,
      name,
      qualified,
      owner,
      lines: [line, line + from.int()],
      docstring: text(),
      signature: text(),
      exported: (flags & EXPORTED) !== 0,
      test: (flags & TEST) !== 0,
      cyclomatic: from.int(),
      cognitive: from.int(),
      sloc: from.int(),
      volume: from.number(),
    });
  }
  return defs;
}

function plainName(owner: Def | undefined, name: string): string {
  return owner === undefined ? name : `${owner.qualified}.${name}`;
}

function packImports(to: Sink, table: Table, imports: readonly ImportFact[]): void {
  to.uint(imports.length);
  for (const one of imports) {
    table.put(to, one.specifier);
    table.put(to, one.name);
    to.int(one.typeOnly ? -one.line - 1 : one.line);
  }
}

function unpackImports(from: Source, text: () => string): ImportFact[] {
  const imports: ImportFact[] = [];
  for (let left = from.count(); left > 0; left--) {
    const specifier = text();
    const name = text();
    const line = from.int();
    imports.push({ specifier, line: line < 0 ? -line - 1 : line, name, typeOnly: line < 0 });
  }
  return imports;
}

function packFindings(to: Sink, table: Table, findings: readonly FindingFact[]): void {
  to.uint(findings.length);
  for (const { rule, severity, message, lines } of findings) {
    for (const text of [rule, severity, message]) table.put(to, text);
    to.int(lines[0]);
    to.int(lines[1] - lines[0]);
  }
}

function unpackFindings(from: Source, text: () => string): FindingFact[] {
  const findings: FindingFact[] = [];
  for (let left = from.count(); left > 0; left--) {
    const rule = text();
    const severity = text() as FindingFact["severity"];
    const message = text();
    const first = from.int();
    findings.push({ rule, severity, message, lines: [first, first + from.int()] });
  }
  return findings;
}

/** Most words occur once: the lowest bit says that a count follows. */
function packWords(to: Sink, table: Table, words: readonly Map<string, number>[]): void {
  to.uint(words.length);
  for (const counts of words) {
    to.uint(counts.size);
    for (const [word, count] of counts) {
      to.uint(table.place(word) * 2 + (count === 1 ? 0 : 1));
      if (count !== 1) to.int(count);
    }
  }
}

function unpackWords(from: Source, texts: readonly string[]): Map<string, number>[] {
  const words: Map<string, number>[] = [];
  for (let left = from.count(); left > 0; left--) {
    const counts = new Map<string, number>();
    for (let more = from.count(); more > 0; more--) {
      const place = from.uint();
      counts.set(textAt(texts, place >>> 1), (place & 1) === 0 ? 1 : from.int());
    }
    words.push(counts);
  }
  return words;
}
