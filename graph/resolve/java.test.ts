import { beforeAll, describe, expect, test } from "vitest";
import { java } from "../analyzers/java.ts";
import { javaModules } from "./modules-java.ts";
import { resolver } from "./typed.fixture.ts";

let edges: Awaited<ReturnType<typeof resolver>>;

beforeAll(async () => {
  edges = await resolver(java, "java", javaModules, "Main.java");
});

/** Programs of one file, and every call inside of them. */
const PROGRAMS: Record<string, [string, string[]]> = {
  "methods of the same object": [
    `class A { void a() { b(); this.c(); } void b() {} void c() {} }`,
    ["A.a -> A.b", "A.a -> A.c"],
  ],
  "static methods": [
    `class A { static void a() { B.b(); c(); } static void c() {} }
class B { static void b() {} }`,
    ["A.a -> A.c", "A.a -> B.b"],
  ],
  "locals, parameters and fields by their types": [
    `class A { B b; void a(B x) { b.m(); x.m(); B y = x; y.n(); var z = new B(); z.n(); } }
class B { void m() {} void n() {} }
class C { void m() {} }`,
    ["A.a -> B.m", "A.a -> B.n"],
  ],
  "inherited and overridden methods": [
    `class A { void run() { step(); } void step() {} void own() {} }
class B extends A { void step() {} void go() { own(); super.step(); } }
class Main { void f() { new B().run(); } }`,
    ["A.run -> A.step", "A.run -> B.step", "B.go -> A.own", "B.go -> A.step", "Main.f -> A.run"],
  ],
  "constructors, this(...) and super(...)": [
    `class A { A(int n) { init(); } void init() {} }
class B extends A { B() { this(1); } B(int n) { super(n); } }
class Main { static void f() { new B(); } }`,
    ["A.A -> A.init", "B.B -> B.B#2", "B.B#2 -> A.A", "Main.f -> B.B"],
  ],
  "a constructor runs the one above it without being told": [
    `class A { A() { } }
class B extends A { B() { } }
class C { B b = new B(); }`,
    ["B.B -> A.A", "C -> B.B"],
  ],
  "overloads are told apart by the number of arguments": [
    `class A { void f() { g(); g(1); g(1, 2); } void g() {} void g(int a) {} void g(int a, int b) {} void h() { g(1); } }`,
    ["A.f -> A.g", "A.f -> A.g#2", "A.f -> A.g#3", "A.h -> A.g#2"],
  ],
  "a variable number of arguments": [
    `class A { void f() { g("a"); g("a", 1, 2, 3); } void g(String a, Object... more) {} }`,
    ["A.f -> A.g"],
  ],
  "a chain through declared results": [
    `class B { B add() { return this; } C build() { return null; } }
class C { void run() {} }
class Main { void f(B b) { b.add().add().build().run(); } }`,
    ["Main.f -> B.add", "Main.f -> B.build", "Main.f -> C.run"],
  ],
  "an interface called with what flows in": [
    `interface Shape { int area(); default int twice() { return area() * 2; } }
class Square implements Shape { public int area() { return 1; } }
class Circle implements Shape { public int area() { return 2; } }
class Main { static int total(Shape s) { return s.area() + s.twice(); } static void f() { total(new Square()); } }`,
    [
      "Main.f -> Main.total",
      "Main.total -> Shape.area",
      "Main.total -> Shape.twice",
      "Main.total -> Square.area",
      "Shape.twice -> Shape.area",
      "Shape.twice -> Square.area",
    ],
  ],
  "lambdas and method references": [
    `import java.util.function.*;
class Main {
  static void run(Runnable r) { r.run(); }
  static String map(Function<String, String> f) { return f.apply("x"); }
  static void a() {}
  static String b(String s) { return s; }
  String c(String s) { return s; }
  void f() { run(() -> a()); map(Main::b); map(this::c); }
}`,
    [
      "Main.f -> Main.map",
      "Main.f -> Main.run",
      "Main.f.<lambda> -> Main.a",
      "Main.map -> Main.b",
      "Main.map -> Main.c",
      "Main.run -> Main.f.<lambda>",
    ],
  ],
  "inner classes see the methods around them": [
    `class Outer {
  void a() {}
  static void s() {}
  class Inner { void b() { a(); Outer.this.c(); } }
  static class Nested { void d() { s(); } }
  void c() { new Inner().b(); new Outer.Nested().d(); }
}`,
    [
      "Outer.Inner.b -> Outer.a",
      "Outer.Inner.b -> Outer.c",
      "Outer.Nested.d -> Outer.s",
      "Outer.c -> Outer.Inner.b",
      "Outer.c -> Outer.Nested.d",
    ],
  ],
  enums: [
    `enum Op { ADD(1) { int apply() { return help(); } }, SUB(2) { int apply() { return 0; } };
  Op(int n) { }
  abstract int apply();
  int help() { return 1; }
}
class Main { void f() { Op.ADD.apply(); Op.SUB.help(); } }`,
    ["Main.f -> Op.<class>.apply", "Main.f -> Op.help", "Op -> Op.Op", "Op.<class>.apply -> Op.help"],
  ],
  "records and their accessors": [
    `record Point(Inner in) { Point { check(); } static void check() {} void go() { in.m(); in().m(); } }
class Inner { void m() {} }
class Main { void f(Point p) { p.in().m(); new Point(null); } }`,
    ["Main.f -> Inner.m", "Main.f -> Point.Point", "Point.Point -> Point.check", "Point.go -> Inner.m"],
  ],
  "patterns, casts and loops": [
    `class A { void m() {} }
class Main {
  void f(Object o, A[] list) {
    if (o instanceof A a) a.m();
    ((A) o).m();
    for (A x : list) x.m();
    switch (o) { case A b -> b.m(); default -> {} }
  }
}`,
    ["Main.f -> A.m"],
  ],
  "try, catch and resources": [
    `class Res implements AutoCloseable { void use() {} public void close() {} }
class Bad extends RuntimeException { void log() {} }
class Main { void f() { try (Res r = new Res()) { r.use(); } catch (Bad b) { b.log(); } finally { done(); } } void done() {} }`,
    ["Main.f -> Bad.log", "Main.f -> Main.done", "Main.f -> Res.use"],
  ],
  "initialisers and static blocks": [
    `class A { static int n = make(); { setUp(); } static { load(); } static int make() { return 1; } void setUp() {} static void load() {} }`,
    ["A -> A.load", "A -> A.make", "A -> A.setUp"],
  ],
  "a field is not a method of its name": [
    `class A { int size; int size() { return size; } void f() { int x = this.size; size(); } }`,
    ["A.f -> A.size"],
  ],
  "what is kept in a field": [
    `interface L { void on(); }
class Main { L l; void set(L l) { this.l = l; } void fire() { l.on(); } void go() { set(() -> hit()); } void hit() {} }`,
    [
      "Main.fire -> L.on",
      "Main.fire -> Main.go.<lambda>",
      "Main.go -> Main.set",
      "Main.go.<lambda> -> Main.hit",
    ],
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

const APP = `-- src/main/java/app/Main.java --
package app;
import app.shapes.*;
import app.util.Text;
import static app.util.Text.trim;
import static app.util.Text.Deep.*;
class Main extends Base {
  void f() { Circle.unit().area(); Text.pad(); trim(); deep(); inherited(); helper(new Helper()); app.util.Text.full(); }
  void helper(Helper h) { h.help(); }
}
-- src/main/java/app/Base.java --
package app;
class Base { void inherited() {} }
class Helper { void help() {} }
-- src/main/java/app/shapes/Circle.java --
package app.shapes;
public class Circle { public static Circle unit() { return new Circle(); } public int area() { return 1; } }
-- src/main/java/app/util/Text.java --
package app.util;
public class Text { public static void trim() {} public static void pad() {} public static class Deep { public static void deep() {} } public static void full() {} }
-- src/main/java/other/Helper.java --
package other;
class Helper { void help() {} }
-- src/test/java/app/MainTest.java --
package app;
import org.junit.jupiter.api.Test;
class MainTest { @Test void runs() { new Main().f(); } }
`;

describe("programs of several files", () => {
  test("packages, wildcard and static imports, tests in another root", () => {
    const short = (edge: string) => edge.replace(/src\/(main|test)\/java\//g, "");
    expect(edges(APP).map(short)).toEqual([
      "app/Main.java:Main.f -> app/Base.java:Base.inherited",
      "app/Main.java:Main.f -> app/Main.java:Main.helper",
      "app/Main.java:Main.f -> app/shapes/Circle.java:Circle.area",
      "app/Main.java:Main.f -> app/shapes/Circle.java:Circle.unit",
      "app/Main.java:Main.f -> app/util/Text.java:Text.Deep.deep",
      "app/Main.java:Main.f -> app/util/Text.java:Text.full",
      "app/Main.java:Main.f -> app/util/Text.java:Text.pad",
      "app/Main.java:Main.f -> app/util/Text.java:Text.trim",
      "app/Main.java:Main.helper -> app/Base.java:Helper.help",
      "app/MainTest.java:MainTest.runs -> app/Main.java:Main.f",
    ]);
  });

  test("EXTENDS and IMPLEMENTS", () => {
    const found = edges(
      `interface I {} interface J extends I {} class A implements I {} class B extends A implements J, Runnable {}`,
      ["EXTENDS", "IMPLEMENTS", "outside"],
    );
    expect(found).toEqual([
      "A -> I",
      "B -> A",
      "B -> J",
      "B -> external::java::java.lang.Runnable",
      "J -> I",
    ]);
  });

  test("what lies outside is named", () => {
    const found = edges(
      `import java.util.List;
import com.acme.Tool;
class A { void f() { List.of(1); Tool.run("x"); System.out.println("x"); new Thread(); } void run(String s) {} }`,
      ["CALLS", "outside"],
    );
    expect(found).toEqual([
      "A.f -> external::java::com.acme.Tool.run",
      "A.f -> external::java::java.lang.System.out.println",
      "A.f -> external::java::java.lang.Thread",
      "A.f -> external::java::java.util.List.of",
    ]);
  });
});
