import { beforeAll, describe, expect, test } from "vitest";
import { rust } from "../analyzers/rust.ts";
import { rustModules } from "./modules-rust.ts";
import { resolver } from "./typed.fixture.ts";

let edges: Awaited<ReturnType<typeof resolver>>;

beforeAll(async () => {
  edges = await resolver(rust, "rust", rustModules, "src/main.rs");
});

/** Programs of one file, and every call inside of them. */
const PROGRAMS: Record<string, [string, string[]]> = {
  "functions, before and after": [`fn a() { b(); c() } fn b() {} fn c() {}`, ["a -> b", "a -> c"]],
  "associated functions and methods": [
    `struct T; impl T { fn new() -> Self { T } fn m(&self) { self.n(); Self::s() } fn n(&self) {} fn s() {} }
fn f() { let t = T::new(); t.m(); T::n(&t); }`,
    ["T.m -> T.n", "T.m -> T.s", "f -> T.m", "f -> T.n", "f -> T.new"],
  ],
  "parameters and fields by their types": [
    `struct A { b: B, l: Vec<Box<B>>, o: Option<B> } struct B { n: i32 } impl B { fn m(&self) {} }
fn f(a: &A) { a.b.m(); for x in &a.l { x.m(); } if let Some(b) = &a.o { b.m(); } }`,
    ["f -> B.m"],
  ],
  "the same method of two types": [
    `struct A {} struct B {} impl A { fn m(&self) {} } impl B { fn m(&self) {} }
fn f(b: B) { b.m() } fn g() { A {}.m() }`,
    ["f -> B.m", "g -> A.m"],
  ],
  "a trait called with what flows in": [
    `trait Shape { fn area(&self) -> i32; fn twice(&self) -> i32 { self.area() * 2 } }
struct Square {} impl Shape for Square { fn area(&self) -> i32 { 1 } }
fn by_ref(s: &dyn Shape) { s.area(); }
fn by_bound<T: Shape>(s: T) { s.twice(); }
fn main() { by_ref(&Square {}); by_bound(Square {}); }`,
    [
      "Shape.twice -> Shape.area",
      "Shape.twice -> Square.area",
      "by_bound -> Shape.twice",
      "by_ref -> Shape.area",
      "by_ref -> Square.area",
      "main -> by_bound",
      "main -> by_ref",
    ],
  ],
  "closures and function values": [
    `fn run<F: Fn(i32) -> i32>(f: F) -> i32 { f(1) } fn double(x: i32) -> i32 { x * 2 }
fn main() { run(|x| double(x)); run(double); let f = double; f(2); }`,
    ["main -> double", "main -> run", "main.<lambda> -> double", "run -> double", "run -> main.<lambda>"],
  ],
  "the value of a block": [
    `struct A {} impl A { fn m(&self) {} } struct B {} impl B { fn m(&self) {} }
fn pick(x: bool) -> A { if x { A {} } else { A {} } }
fn f() { let v = { B {} }; v.m(); pick(true).m(); let w = match 1 { _ => B {} }; w.m(); }`,
    ["f -> A.m", "f -> B.m", "f -> pick"],
  ],
  "results and options are as what they hold": [
    `struct A {} impl A { fn m(&self) {} fn open() -> Result<A, String> { Ok(A {}) } }
fn find() -> Option<A> { None }
fn f() -> Result<(), String> { let a = A::open()?; a.m(); A::open().unwrap().m(); find().unwrap().m(); Ok(()) }`,
    ["f -> A.m", "f -> A.open", "f -> find"],
  ],
  "enums, variants and match": [
    `enum E { One(A), Two { b: B }, Three } struct A {} impl A { fn m(&self) {} } struct B {} impl B { fn m(&self) {} }
impl E { fn go(&self) { match self { E::One(a) => a.m(), E::Two { b } => b.m(), E::Three => self.stop() } } fn stop(&self) {} }
fn f() { E::One(A {}).go(); E::Three.stop(); }`,
    ["E.go -> A.m", "E.go -> B.m", "E.go -> E.stop", "f -> E.go", "f -> E.stop"],
  ],
  "closures of iterators take elements": [
    `struct A {} impl A { fn m(&self) -> i32 { 1 } }
fn f(l: Vec<A>) { l.iter().map(|a| a.m()).sum::<i32>(); }`,
    ["f.<lambda> -> A.m"],
  ],
  "calls inside of macros": [
    `fn a() -> i32 { 1 } struct T {} impl T { fn new() -> T { T {} } fn m(&self) -> i32 { a() } }
fn f(t: T) { println!("{} {}", a(), t.m()); assert_eq!(T::new().m(), 1); let v = vec![T::new()]; for x in v { x.m(); } }`,
    ["T.m -> a", "f -> T.m", "f -> T.new", "f -> a"],
  ],
  "modules inside of a file": [
    `fn outer() {}
mod inner { use super::*; pub fn a() { outer(); self::b(); super::outer() } fn b() {} pub mod deep { pub fn c() { super::a() } } }
use inner::deep::c;
fn main() { inner::a(); c(); inner::deep::c(); }`,
    [
      "inner.a -> inner.b",
      "inner.a -> outer",
      "inner.deep.c -> inner.a",
      "main -> inner.a",
      "main -> inner.deep.c",
    ],
  ],
  "a module inside of a file shows what it uses": [
    `mod a { pub mod b { pub fn f() {} } pub use self::b::f as g; }
fn main() { a::g(); use a::b; b::f() }`,
    ["main -> a.b.f"],
  ],
  "functions inside of functions": [
    `fn f() { g(); fn g() { h() } fn h() {} } fn g() {}`,
    ["f -> f.g", "f.g -> f.h"],
  ],
  "tests of the file": [
    `fn add(a: i32) -> i32 { a }
#[cfg(test)]
mod tests { use super::*; #[test] fn adds() { assert_eq!(add(1), 1); } }`,
    ["tests.adds -> add"],
  ],
};

describe("programs of one file", () => {
  for (const [name, [text, expected]] of Object.entries(PROGRAMS)) {
    test(name, () => {
      const found = new Set(edges(text).map((edge) => edge.replace(/:\d+:\d+>/g, ">")));
      expect([...found].sort()).toEqual([...expected].sort());
    });
  }
});

describe("programs of several files", () => {
  test("modules, re-exports, globs and crates of a workspace", () => {
    const found = edges(`-- app/Cargo.toml --
[package]
name = "app"
-- app/src/main.rs --
mod shapes;
mod util;
use crate::shapes::{self, Circle, square::Square as Sq};
use core_lib::Engine;
use util::*;
fn main() { Circle::new().area(); Sq::new(); helper(); Engine::start(); core_lib::run(); shapes::free(); util::helper(); }
-- app/src/shapes/mod.rs --
pub mod square;
pub struct Circle {}
impl Circle { pub fn new() -> Circle { Circle {} } pub fn area(&self) {} }
pub fn free() { self::square::Square::new(); }
-- app/src/shapes/square.rs --
use super::Circle;
pub struct Square {}
impl Square { pub fn new() -> Square { Circle::new(); super::free(); Square {} } }
-- app/src/util.rs --
pub fn helper() { crate::shapes::free() }
-- core-lib/Cargo.toml --
[package]
name = "core-lib"
-- core-lib/src/lib.rs --
mod engine;
pub use engine::Engine;
pub fn run() {}
-- core-lib/src/engine.rs --
pub struct Engine {}
impl Engine { pub fn start() { crate::run() } }
`);
    expect(found).toEqual([
      "app/src/main.rs:main -> app/src/shapes/mod.rs:Circle.area",
      "app/src/main.rs:main -> app/src/shapes/mod.rs:Circle.new",
      "app/src/main.rs:main -> app/src/shapes/mod.rs:free",
      "app/src/main.rs:main -> app/src/shapes/square.rs:Square.new",
      "app/src/main.rs:main -> app/src/util.rs:helper",
      "app/src/main.rs:main -> core-lib/src/engine.rs:Engine.start",
      "app/src/main.rs:main -> core-lib/src/lib.rs:run",
      "app/src/shapes/mod.rs:free -> app/src/shapes/square.rs:Square.new",
      "app/src/shapes/square.rs:Square.new -> app/src/shapes/mod.rs:Circle.new",
      "app/src/shapes/square.rs:Square.new -> app/src/shapes/mod.rs:free",
      "app/src/util.rs:helper -> app/src/shapes/mod.rs:free",
      "core-lib/src/engine.rs:Engine.start -> core-lib/src/lib.rs:run",
    ]);
  });

  test("impl Trait for Type is IMPLEMENTS, in another file too", () => {
    const found = edges(
      `-- src/lib.rs --
mod a;
pub struct T {}
impl std::fmt::Display for T { fn fmt(&self) {} }
-- src/a.rs --
use crate::T;
trait Shape {}
impl Shape for T {}
`,
      ["IMPLEMENTS", "outside"],
    );
    expect(found).toEqual([
      "src/lib.rs:T -> external::rust::std.fmt.Display",
      "src/lib.rs:T -> src/a.rs:Shape",
    ]);
  });
});
