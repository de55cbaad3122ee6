import { beforeAll, describe, expect, test } from "vitest";
import type { Facts } from "../facts/index.ts";
import { packageName } from "./go/imports.ts";
import { go } from "./go.ts";
import { hostile, mistakes, outline, reader } from "./typed.fixture.ts";

let read: (text: string, path?: string) => Facts;

beforeAll(async () => {
  read = await reader(go);
});

const SAMPLE = `// Package shop sells.
package shop

import (
	"fmt"
	. "math"
	_ "embed"
	db "example.com/x/store/v2"
)

// Cart holds items.
//
// It is not safe for use by several at once.
type Cart struct {
	*Base
	items []db.Item
	total func() int
}

type (
	// Seller sells.
	Seller interface {
		Base
		// Sell sells one.
		Sell(n int) (ok bool)
	}
	ID = int
	Hook func(c *Cart)
)

/*
Add adds
an item.
*/
func (c *Cart) Add(item db.Item, more ...db.Item) error {
	defer func() { fmt.Println(Sqrt(2)) }()
	return nil
}

func New[T any](v T) *Cart { return &Cart{} }

func init() {}
func init() {}
`;

describe("definitions", () => {
  test("kinds, names and lines", () => {
    expect(outline(read(SAMPLE))).toEqual([
      "struct Cart 14-18",
      "interface Seller 22-26",
      "method Seller.Sell 25-25",
      "type ID 27-27",
      "type Hook 28-28",
      "method Cart.Add 35-38",
      "lambda Cart.Add.<lambda:36:7> 36-36",
      "function New 40-40",
      "function init 42-42",
      "function init#2 43-43",
    ]);
  });

  test("docstrings, signatures and what is exported", () => {
    const facts = read(SAMPLE);
    const of = (name: string) => facts.defs.find((def) => def.qualified === name);
    expect(facts.docstring).toBe("Package shop sells.");
    expect(facts.package).toBe("shop");
    expect(of("Cart")?.docstring).toBe("Cart holds items.\n\nIt is not safe for use by several at once.");
    expect(of("Cart")?.signature).toBe("type Cart struct");
    expect(of("Seller")?.signature).toBe("type Seller interface");
    expect(of("Seller.Sell")?.docstring).toBe("Sell sells one.");
    expect(of("Cart.Add")?.docstring).toBe("Add adds\nan item.");
    expect(of("Cart.Add")?.signature).toBe("func (c *Cart) Add(item db.Item, more ...db.Item) error");
    expect(of("New")?.signature).toBe("func New[T any](v T) *Cart");
    expect(of("New")?.exported).toBe(true);
    expect(of("init")?.exported).toBe(false);
    expect(facts.defs[of("Cart.Add")?.owner ?? -1]?.qualified).toBe("Cart");
  });

  test("a method above its type belongs to it", () => {
    const facts = read("package p\nfunc (t T) M() {}\ntype T struct{}\n");
    expect(facts.defs.find((def) => def.name === "M")?.owner).toBe(
      facts.defs.findIndex((def) => def.name === "T"),
    );
  });

  test("tests are told by file and name", () => {
    const text =
      "package p\nfunc TestA(t *T) {}\nfunc Testify() {}\nfunc BenchmarkB(b *B) {}\nfunc Example() {}\n";
    const names = (path: string) =>
      read(text, path)
        .defs.filter((def) => def.test)
        .map((def) => def.name);
    expect(names("p_test.go")).toEqual(["TestA", "BenchmarkB", "Example"]);
    expect(names("p.go")).toEqual([]);
  });
});

test("imports as written", () => {
  const imports = read(SAMPLE).imports.map(({ specifier, name, line }) => `${specifier} ${name} ${line}`);
  expect(imports).toEqual(["fmt  5", "math * 6", "embed  7", "example.com/x/store/v2  8"]);
});

test.each([
  ["fmt", "fmt"],
  ["net/http", "http"],
  ["example.com/a/b/v2", "b"],
  ["gopkg.in/yaml.v3", "yaml"],
  ["v2", "v2"],
])("the package of %s is %s", (path, name) => {
  expect(packageName(path)).toBe(name);
});

test("facts are sound", () => {
  expect(mistakes(read(SAMPLE))).toEqual([]);
});

test("types that hold themselves", () => {
  const text =
    "package p\ntype M map[string]M\ntype L []*L\ntype T struct{ T }\ntype A = B\ntype B = A\nfunc f(m M, l L) { var x M; _ = L{{}}; _ = x }\n";
  expect(mistakes(read(text))).toEqual([]);
});

test("hostile texts give facts all the same", () => {
  for (const text of hostile(
    "package p\nfunc f() {\n",
    "x, y := g.h(func() { z[1] = *q }, T{a: 1}).i()\n",
    "}\n",
  )) {
    expect(mistakes(read(text))).toEqual([]);
  }
});
