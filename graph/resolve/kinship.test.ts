import { expect, test } from "vitest";
import { grammars } from "../../clients/grammars.ts";
import { build } from "../build.ts";
import { Parsers } from "../parse.ts";

const parsers = await Parsers.open(grammars);

async function placesTaken(path: string, text: string): Promise<string[]> {
  const built = await build([{ path, bytes: () => new TextEncoder().encode(text) }], { parsers });
  const name = (id: string) => id.split("::").at(-1);
  return [...built.parts()]
    .flatMap((part) => part.edges)
    .filter((edge) => edge.type === "IMPLEMENTS" && edge["x-kind"] !== undefined)
    .map((edge) => `${name(edge.source)} ${edge["x-kind"]} ${name(edge.target)} ${edge.line}`)
    .sort();
}

test("a method takes the place of the nearest one above, and of what its interfaces ask for", async () => {
  const text = `interface Store { get(): void; put(): void }
class Disk implements Store { constructor() {} get() {} put() {} own() {} }
class Cache extends Disk { constructor() { super(); } get() {} }
class Deep extends Cache { get() {} put() {} }
`;
  expect(await placesTaken("a.ts", text)).toEqual([
    "Cache.get overrides Disk.get 3",
    "Deep.get overrides Cache.get 4",
    "Deep.put overrides Disk.put 4",
    "Disk.get implements Store.get 2",
    "Disk.put implements Store.put 2",
  ]);
});

test("Python: constructors are called by the name of their class, so none takes the place of another", async () => {
  const text = `class A:
    def __init__(self): pass
    def go(self): pass
class B(A):
    def __init__(self): pass
class C(B):
    def go(self): pass
`;
  expect(await placesTaken("a.py", text)).toEqual(["C.go overrides A.go 7"]);
});

test("Go: whatever has all methods of an interface", async () => {
  const text = `package a
type Store interface { Get() string }
type Disk struct{}
func (d *Disk) Get() string { return "" }
func (d *Disk) Other() {}
`;
  expect(await placesTaken("a.go", text)).toEqual(["Disk.Get implements Store.Get 4"]);
});
