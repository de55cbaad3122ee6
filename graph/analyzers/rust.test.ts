import { beforeAll, expect, test } from "vitest";
import type { Facts } from "../facts/index.ts";
import { rust } from "./rust.ts";
import { hostile, mistakes, outline, reader } from "./typed.fixture.ts";

let read: (text: string, path?: string) => Facts;

beforeAll(async () => {
  read = await reader(rust);
});

const SAMPLE = `//! A shop.
//! Sells.

use std::{collections::HashMap, fmt::{self, Display as Show}};
pub use crate::store::*;
mod other;

/// Holds items.
#[derive(Clone)]
pub struct Cart<T> {
    items: Vec<T>,
}

pub trait Seller: Base {
    /// Sells one.
    fn sell(&self) -> bool;
    fn twice(&self) -> bool { self.sell() }
}

impl<T> Cart<T> {
    pub fn new() -> Self { Cart { items: Vec::new() } }
}
impl<T> Seller for Cart<T> {
    fn sell(&self) -> bool { self.items.iter().any(|i| true) }
}

enum Kind { A, B(Cart<u8>) }

#[cfg(test)]
mod tests {
    #[test]
    fn sells() {}
    #[tokio::test]
    async fn waits() {}
    fn helps() {}
}
`;

test("kinds, names and lines", () => {
  expect(outline(read(SAMPLE))).toEqual([
    "struct Cart 10-12",
    "trait Seller 14-18",
    "method Seller.sell 16-16",
    "method Seller.twice 17-17",
    "method Cart.new 21-21",
    "method Cart.sell 24-24",
    "lambda Cart.sell.<lambda:24:51> 24-24",
    "enum Kind 27-27",
    "namespace tests 30-36",
    "test tests.sells 32-32",
    "test tests.waits 34-34",
    "function tests.helps 35-35",
  ]);
});

test("docstrings, signatures and what is exported", () => {
  const facts = read(SAMPLE);
  const of = (name: string) => facts.defs.find((def) => def.qualified === name);
  expect(facts.docstring).toBe("A shop.\nSells.");
  expect(of("Cart")?.docstring).toBe("Holds items.");
  expect(of("Cart")?.signature).toBe("pub struct Cart<T>");
  expect(of("Seller")?.signature).toBe("pub trait Seller: Base");
  expect(of("Seller.sell")?.docstring).toBe("Sells one.");
  expect(of("Seller.sell")?.signature).toBe("fn sell(&self) -> bool");
  expect(facts.defs[of("Cart.sell")?.owner ?? -1]?.qualified).toBe("Cart");
  expect(facts.defs.filter((def) => def.exported).map((def) => def.qualified)).toEqual([
    "Cart",
    "Seller",
    "Cart.new",
  ]);
  expect(facts.defs.filter((def) => def.test).map((def) => def.name)).toEqual(["sells", "waits"]);
});

test("imports as written, with their prefix", () => {
  const imports = read(SAMPLE).imports.map(({ specifier, name }) => `${specifier} ${name}`.trim());
  expect(imports).toEqual([
    "std::collections::HashMap",
    "std::fmt",
    "std::fmt::Display",
    "crate::store *",
    "self::other",
  ]);
});

test("facts are sound", () => {
  expect(mistakes(read(SAMPLE))).toEqual([]);
  expect(
    mistakes(read("trait A: b::C {}\nfn f() { use E::*; g(X); fn h() { Y; } }\nfn i() { Z }\n")),
  ).toEqual([]);
});

test("functions of other languages, attributes and macros are no riddle", () => {
  const facts = read(
    '#![allow(x)]\nextern crate a;\nextern "C" { fn puts(s: u8); }\nmacro_rules! m { () => {} }\nm! { x }\nfn f() { #![y] m!(); }\n',
  );
  expect(outline(facts)).toEqual(["function puts 3-3", "function f 6-6"]);
});

test("hostile texts give facts all the same", () => {
  const inner =
    "let (a, b) = x::y(|z| w!(q.r(1)[2])).s()?; impl T for U<V> { fn f(&self) -> W { X { a, ..b } } }\n";
  for (const text of hostile("use a::{b, c::*};\nmod m { fn f() {\n", inner, "} }\n")) {
    expect(mistakes(read(text))).toEqual([]);
  }
});
