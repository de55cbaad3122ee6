import { beforeAll, expect, test } from "vitest";
import type { Facts } from "../facts/index.ts";
import { java } from "./java.ts";
import { hostile, mistakes, outline, reader } from "./typed.fixture.ts";

let read: (text: string, path?: string) => Facts;

beforeAll(async () => {
  read = await reader(java);
});

const SAMPLE = `package com.acme.shop;

import java.util.List;
import java.util.function.*;
import static com.acme.Text.trim;
import com.acme.Outer.Inner;

/**
 * A cart.
 *
 * Holds items.
 */
@Deprecated
public final class Cart<T extends Item> extends Base implements Seller, Runnable {
  private final List<T> items = new ArrayList<>();

  /** Makes one. */
  public Cart(int n) { super(n); }

  @Override
  public void run() { items.forEach(i -> i.sell()); }
  void run(int times) {}

  enum Kind { A, B { void f() {} } }
  record Pair(String a, int b) {}
  interface Seller { int sell(String name); }
  Object o = new Object() { public String toString() { return ""; } };
}
`;

test("kinds, names and lines", () => {
  expect(outline(read(SAMPLE)).sort()).toEqual(
    [
      "class Cart 14-28",
      "constructor Cart.Cart 18-18",
      "method Cart.run 21-21",
      "lambda Cart.run.<lambda:21:36> 21-21",
      "method Cart.run#2 22-22",
      "enum Cart.Kind 24-24",
      "class Cart.Kind.<class:24:17> 24-24",
      "method Cart.Kind.<class:24:17>.f 24-24",
      "class Cart.Pair 25-25",
      "interface Cart.Seller 26-26",
      "method Cart.Seller.sell 26-26",
      "class Cart.<class:27:13> 27-27",
      "method Cart.<class:27:13>.toString 27-27",
    ].sort(),
  );
});

test("docstrings, signatures, package and what is exported", () => {
  const facts = read(SAMPLE);
  const of = (name: string) => facts.defs.find((def) => def.qualified === name);
  expect(facts.package).toBe("com.acme.shop");
  expect(of("Cart")?.docstring).toBe("A cart.\n\nHolds items.");
  expect(of("Cart")?.signature).toBe(
    "public final class Cart<T extends Item> extends Base implements Seller, Runnable",
  );
  expect(of("Cart.Cart")?.docstring).toBe("Makes one.");
  expect(of("Cart.run")?.signature).toBe("public void run()");
  expect(of("Cart.Seller.sell")?.signature).toBe("int sell(String name)");
  expect(facts.defs.filter((def) => def.exported).map((def) => def.qualified)).toEqual([
    "Cart",
    "Cart.Cart",
    "Cart.run",
    "Cart.Seller.sell",
    "Cart.<class:27:13>.toString",
  ]);
});

test("imports lead to the file of the class", () => {
  const imports = read(SAMPLE).imports.map(({ specifier, name }) => `${specifier} ${name}`);
  expect(imports).toEqual(["java.util.List ", "java.util.function *", "com.acme.Text ", "com.acme.Outer "]);
});

test("tests are told by their annotation", () => {
  const facts = read(
    "class A { @Test void a() {} @org.junit.Test void b() {} @Testing void c() {} void test() {} }",
  );
  expect(facts.defs.filter((def) => def.test).map((def) => def.name)).toEqual(["a", "b"]);
});

test("facts are sound", () => {
  expect(mistakes(read(SAMPLE))).toEqual([]);
});

test("hostile texts give facts all the same", () => {
  const inner =
    "A f(B b) { return x.y(() -> z, new C() { void g() { this.h[1] = (D) q; } }); } class I extends A {}\n";
  for (const text of hostile("package p;\nimport a.B;\nclass A {\n", inner, "}\n")) {
    expect(mistakes(read(text))).toEqual([]);
  }
});
