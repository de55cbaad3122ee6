import type { Engine } from "./engine.ts";
import { loadFromStars, moduleOfFile, outside } from "./modules.ts";
import { holdersOf, packageOf, sharesPackage } from "./packages.ts";
import { type ProgramFile, Tongue } from "./program.ts";

const PYTHON = new Set(
  "abs aiter all anext any ascii bin bool breakpoint bytearray bytes callable chr classmethod compile complex delattr dict dir divmod enumerate eval exec filter float format frozenset getattr globals hasattr hash help hex id input int isinstance issubclass iter len list locals map max memoryview min next object oct open ord pow print property range repr reversed round set setattr slice sorted staticmethod str sum super tuple type vars zip __import__ __build_class__ unicode basestring xrange long reduce unichr raw_input cmp execfile file reload apply buffer intern coerce WindowsError".split(
    " ",
  ),
);
const ECMA = new Set(
  "Array ArrayBuffer Atomics BigInt BigInt64Array BigUint64Array Boolean DataView Date Error EvalError FinalizationRegistry Float32Array Float64Array Function Int16Array Int32Array Int8Array Intl Iterator JSON Map Math Number Object Promise Proxy RangeError ReferenceError Reflect RegExp Set SharedArrayBuffer String Symbol SyntaxError TypeError URIError Uint16Array Uint32Array Uint8Array Uint8ClampedArray WeakMap WeakRef WeakSet AggregateError decodeURI decodeURIComponent encodeURI encodeURIComponent escape eval globalThis isFinite isNaN parseFloat parseInt unescape console process Buffer require module exports global window self document navigator location history fetch Request Response Headers URL URLSearchParams FormData Blob File FileReader AbortController AbortSignal TextEncoder TextDecoder setTimeout setInterval setImmediate clearTimeout clearInterval clearImmediate queueMicrotask structuredClone performance crypto WebSocket Worker Event EventTarget CustomEvent MessageChannel MessagePort localStorage sessionStorage alert confirm prompt requestAnimationFrame cancelAnimationFrame atob btoa XMLHttpRequest Image Audio Element HTMLElement Node MutationObserver ResizeObserver IntersectionObserver ReadableStream WritableStream TransformStream describe it test expect beforeEach afterEach beforeAll afterAll before after jest vi suite".split(
    " ",
  ),
);
const GO = new Set(
  "append cap clear close complex copy delete imag len make max min new panic print println real recover bool byte complex64 complex128 error float32 float64 int int8 int16 int32 int64 rune string uint uint8 uint16 uint32 uint64 uintptr any comparable".split(
    " ",
  ),
);

/** A name that nothing in its file binds. */
export function globalName(engine: Engine, file: ProgramFile, name: number, to: number): void {
  const index = engine.program.byPath.get(file.path) as number;
  const module = moduleOfFile(engine, index);
  const own = engine.knownField(module, name);
  if (own !== -1) engine.flows.flow(own, to);
  if (loadFromStars(engine, module, name, to)) return;
  if (sharesPackage(file) && fromPackage(engine, file, index, name, to)) return;
  builtin(engine, file.tongue, engine.program.name(name), to);
}

/** Files of one package share their names in Go and Java. */
function fromPackage(engine: Engine, file: ProgramFile, index: number, name: number, to: number): boolean {
  let found = false;
  for (const other of holdersOf(engine, packageOf(file), name)) {
    if (other === index) continue;
    engine.flows.flow(engine.field(moduleOfFile(engine, other), name), to);
    found = true;
  }
  return found;
}

function builtin(engine: Engine, tongue: number, name: string, to: number): void {
  if (tongue === Tongue.PYTHON) {
    if (PYTHON.has(name) || /^[A-Z]\w*(Error|Exception|Warning|Exit|Interrupt|Iteration|Group)$/.test(name)) {
      engine.flows.add(to, outside(engine, tongue, `builtins.${name}`));
    }
  } else if (tongue === Tongue.ECMA) {
    if (ECMA.has(name)) engine.flows.add(to, outside(engine, tongue, name));
  } else if (tongue === Tongue.GO && GO.has(name)) {
    engine.flows.add(to, engine.objects.data);
  }
}
