/** How languages and tools write the place of an error: one line of a log at a time. */

export interface Place {
  /** As written. */
  path: string;
  line: number;
  fn?: string | undefined;
  /** It stands in a stack, and not alone. */
  stack: boolean;
  /** Its stack ends with the place where it went wrong instead of beginning with it. */
  last: boolean;
}

interface Form {
  /** The groups `path`, `line` and, where it is known, `fn`. */
  pattern: RegExp;
  stack?: true;
  last?: true;
  /** The function stands in the line before. */
  before?: RegExp;
}

/** The first that fits says what a line means. */
const FORMS: readonly Form[] = [
  // Python: File "shop/cart.py", line 13, in total
  {
    pattern: /^[\s|+]*File "(?<path>[^"]+)", line (?<line>\d+)(?:, in (?<fn>.+))?$/,
    stack: true,
    last: true,
  },
  // pytest: shop/cart.py:13: in total | tests/test_cart.py:14: AssertionError
  {
    pattern: /^(?<path>\S.{0,300}\.pyx?):(?<line>\d+):(?: in (?<fn>\S+)| [\w.]+)? *$/,
    stack: true,
    last: true,
  },
  // V8: at eval (eval at run (/workspace/src/run.js:5:3), <anonymous>:1:1)
  { pattern: /\(eval at (?<fn>\S+) \((?<path>[^()]+):(?<line>\d+):\d+\)/, stack: true },
  // Rust: the function, then at ./src/lib.rs:5:23
  { pattern: /^\s+at (?<path>\S+\.rs):(?<line>\d+)(?::\d+)?$/, stack: true, before: /^\s*\d+: (?<fn>.+)$/ },
  // V8 and the JVM: at async Cart.total (file:///workspace/src/cart.js:13:24), at shop.Cart.total(Cart.java:21)
  {
    pattern: /^\s*at (?:async )?(?<fn>[^\s(][^(]*?) ?\((?<path>[^()]+?):(?<line>\d+)(?::\d+)?\)(?: \{)?$/,
    stack: true,
  },
  // TAP leaves the at out
  {
    pattern: /^\s*(?:async )?(?<fn>[^\s(][^(]*?) \((?<path>(?:file:|node:|\/)[^()]+?):(?<line>\d+):\d+\)$/,
    stack: true,
  },
  // V8 without a name: at file:///workspace/src/cart.js:13:63
  { pattern: /^\s*at (?:async )?(?<path>[^\s()]+?):(?<line>\d+):\d+(?: \{)?$/, stack: true },
  { pattern: /^\s*(?<path>(?:file:\/\/|node:|\/)\S+?):(?<line>\d+):\d+$/, stack: true },
  // Firefox and Safari: total@http://localhost:3000/app.js:12:3
  { pattern: /^\s*(?<fn>[^\s@]*)@(?<path>(?:https?|file):\S+?):(?<line>\d+)(?::\d+)?$/, stack: true },
  // vitest: ❯ Cart.total src/cart.js:13:24
  { pattern: /^\s*❯ (?:(?<fn>\S.{0,200}?) )?(?<path>\S+?):(?<line>\d+):\d+$/, stack: true },
  // Go: the function, then <tab>/workspace/cart/cart.go:25 +0x1d
  {
    pattern: /^\s+(?<path>\S+\.go):(?<line>\d+)(?: \+0x[\da-f]+)?$/,
    stack: true,
    before: /^(?:created by )?(?<fn>[^\s(]*(?:\(\*?\w+\))?[^\s(]*)\(?/,
  },
  // Rust: panicked at src/lib.rs:34:9:, --> src/lib.rs:5:6
  { pattern: /panicked at (?:'.{0,2000}', )?(?<path>[^\s']+?):(?<line>\d+):\d+:?$/ },
  { pattern: /^\s*(?:-->|:::) (?<path>\S+?):(?<line>\d+):\d+/ },
  // Ruby: # ./lib/cart.rb:18:in `price_of'
  {
    pattern:
      /^\s*(?:# |from )?(?<path>\S+\.(?:rb|rake)):(?<line>\d+):in [`'](?:\w+ (?:\(\d+ levels\) )?in )?(?<fn>[^'\s]+)/,
    stack: true,
  },
  // tsc: src/cart.ts(6,22): error TS2345: …
  { pattern: /^\s*(?<path>\S.{0,300}?)\((?<line>\d+),\d+\): (?:error|warning|fatal)/ },
  // Maven: [ERROR] /workspace/src/Cart.java:[6,22] cannot find symbol
  { pattern: /^\[ERROR\] (?<path>\S+?):\[(?<line>\d+),\d+\]/ },
  // PHP: /workspace/src/Cart.php on line 12, /workspace/src/Cart.php(12)
  { pattern: /(?<![\w@./\\-])(?<path>[\w@./\\-]{1,300}\.php)(?:\(| on line |:)(?<line>\d+)/ },
  // .NET: at Shop.Cart.Total() in /workspace/Cart.cs:line 12
  { pattern: /^\s*at (?<fn>[\w.]+)\(.{0,500}\) in (?<path>\S+):line (?<line>\d+)$/, stack: true },
  // A module that is not there, and who wants it: imported from /workspace/src/cart.js
  { pattern: /\bimported from '?(?<path>[^\s']+?)'?$/ },
  // Everything else that writes path:line
  {
    pattern:
      /(?:^|[\s("'`[=])(?<path>(?:\w+:\/\/)?[\w@~+./\\-]{0,300}[\w@+-]\.[A-Za-z]\w{0,5}):(?<line>\d+)(?![\w.])/,
  },
];

/** Longer lines are data, and no place is looked for in them. */
const LONGEST = 2_000;

/** The place that a line names; undefined when it names none. `before` is the line above it. */
export function placeIn(line: string, before = ""): Place | undefined {
  if (line.length > LONGEST) return undefined;
  for (const form of FORMS) {
    const groups = form.pattern.exec(line)?.groups;
    if (groups === undefined) continue;
    const { path = "", line: number = "1", fn = form.before?.exec(before)?.groups?.fn } = groups;
    const name = fn === undefined ? undefined : functionName(fn);
    return {
      path: inPackage(path, fn),
      line: Number(number),
      ...(name !== undefined && { fn: name }),
      stack: form.stack ?? false,
      last: form.last ?? false,
    };
  }
  return undefined;
}

/** A place of a stack that names no file. */
const NOWHERE =
  /^\s*(?:at )?(?:async )?[\w$#<][\w.$#<> ]*\((?:<anonymous>|native code|native|index \d+|Unknown Source|Native Method)\)(?: \{)?$|^\s*\.\.\. \d+ (?:more|common frames omitted)$/;

export function isNowhere(line: string): boolean {
  return NOWHERE.test(line);
}

/** The JVM names the file alone; its folder is the package. */
function inPackage(path: string, fn: string | undefined): string {
  if (fn === undefined || !/^\w+\.(?:java|kt|scala|groovy)$/.test(path)) return path;
  const parts = fn.slice(fn.lastIndexOf("/") + 1).split(".");
  return [...parts.slice(0, -2), path].join("/");
}

/** A function as its definition calls it, its class before it; undefined where it has no name. */
function functionName(written: string): string | undefined {
  const bare = written
    .replace(/^(?:async |new )+/, "")
    .replace(/ \[as ([^\]]+)\]$/, "")
    .replace(/\(\*?(\w+)\)/g, "$1")
    .replace(/::\{\{.*$|::h[\da-f]{16}$/g, "")
    .replace(/^.*\//, "")
    .replace(/::|#/g, ".")
    .trim();
  const parts = bare.split(".").filter((part) => part !== "");
  const last = parts.at(-1);
  if (last === undefined || /^<|^\W/.test(last)) return undefined;
  const owner = parts.at(-2);
  return owner !== undefined && /^[A-Z]/.test(owner) && !RECEIVERS.has(owner) ? `${owner}.${last}` : last;
}

/** Kinds of things that V8 writes before a function that belongs to no class of that name. */
const RECEIVERS = new Set(["Object", "Module", "Proxy", "Function", "TestContext", "Context", "Array"]);
