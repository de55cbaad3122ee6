/** What one file says, without its path and without any other file: kept by blob hash and analyzer version. */

/** A class or function, in order of appearance. */
export interface Def {
  type: "class" | "function";
  /** class, interface, enum, type, struct, trait, namespace; function, method, property, constructor, lambda, test. */
  kind: string;
  name: string;
  /** Readable, unique within file and type: `Outer.Inner`, `Helper.run`, `Helper.run#2`, `main.<lambda:3:8>`. */
  qualified: string;
  /** Index of the definition around it; -1 at module level. */
  owner: number;
  /** First and last line, 1-based, both included; decorators and leading doc comments excluded. */
  lines: [number, number];
  docstring: string;
  /** Header as written on one line, without body. */
  signature: string;
  exported: boolean;
  test: boolean;
  /** Zero for classes. */
  cyclomatic: number;
  cognitive: number;
  /** Source lines that are neither blank nor comment. */
  sloc: number;
  /** Halstead volume, for the maintainability index. */
  volume: number;
}

export interface ParamFact {
  name: number;
  variable: number;
  /** See `Param`. */
  kind: number;
  /** Variable (of the unit around) that holds the default; -1 without one. */
  fallback: number;
}

/** A body of code that runs: unit 0 is the module; class bodies and functions follow. */
export interface Unit {
  /** Index into `defs`; -1 for the module and for type units. */
  def: number;
  /** Index of the unit around; -1 for the module. */
  parent: number;
  flags: number;
  params: ParamFact[];
  /** `this`/`self` when not an ordinary parameter; for a class body the class itself; -1 if none. */
  self: number;
  /** Collects RETURN; -1 in class bodies and modules. */
  result: number;
  /** Range of this unit's ops in `Facts.ops`. */
  start: number;
  end: number;
}

/** An import as written, for IMPORTS edges; resolving happens with all paths known. */
export interface ImportFact {
  specifier: string;
  line: number;
  /** Name imported from it ("" for the module itself, "*" for all), since Python's may be a submodule. */
  name: string;
  typeOnly: boolean;
}

export interface FindingFact {
  rule: string;
  severity: "error" | "warning" | "note";
  message: string;
  lines: [number, number];
}

/** A file that cannot be trusted as a whole says so; what was read is still here. */
export type Trouble = "" | "syntax" | "too_big" | "too_deep" | "binary" | "encoding" | "crashed";

export interface Facts {
  analyzer: string;
  language: string;
  lines: number;
  sloc: number;
  /** Generated, minified, vendored, declaration only: listed, kept out of the numbers. */
  mark: "" | "generated" | "minified" | "vendored" | "declarations";
  trouble: Trouble;
  docstring: string;
  defs: Def[];
  units: Unit[];
  strings: string[];
  /** Unit of each variable; its slot is its rank among the variables of that unit. */
  variables: Int32Array;
  ops: Int32Array;
  imports: ImportFact[];
  findings: FindingFact[];
  /** Words of identifiers, comments and docstrings per definition (index 0 the file itself, i+1 the definition i): word -> count. */
  words: Map<string, number>[];
  /** Go: package name; Java: package; Rust: module path hint. */
  package: string;
}
