/** Programs whose values have no end: each step of following them makes a new one. */
import { type Hostile, lines } from "./hostile.fixture.ts";

const MANY = 1_000;

export const CIRCLES: Hostile[] = [
  {
    name: "classes that inherit from themselves and each other",
    files: {
      "a.py":
        "class A(A):\n    pass\nclass B(C):\n    def f(self):\n        self.g()\nclass C(B):\n    def g(self):\n        self.f()\nB().f()\nC().h()\nclass D(E, F): pass\nclass E(F, D): pass\nclass F(D, E): pass\nD().x()\n",
      "b.py": "from c import K\nclass L(K):\n    def go(self):\n        super().go()\nL().go()\n",
      "c.py": "from b import L\nclass K(L):\n    def go(self):\n        super().go()\nK().go()\n",
      "a.ts":
        "class A extends A {}\nclass B extends C { f() { this.g(); super.g(); } }\nclass C extends B { g() { this.f(); super.f(); } }\nnew B().f(); new C().h();\ninterface I extends J {}\ninterface J extends I {}\nclass K implements I, J {}\n",
      "A.java":
        "class A extends B { void f() { g(); super.g(); } }\nclass B extends A { void g() { f(); } }\ninterface I extends J { default void x() { y(); } }\ninterface J extends I { default void y() { x(); } }\nclass K implements I, J { void z() { x(); w(); } }\n",
      "a.go":
        "package a\ntype A struct { B }\ntype B struct { C }\ntype C struct { *A }\nfunc (a A) f() { a.g(); a.none() }\nfunc (c C) g() { c.f() }\ntype I interface { J; F() }\ntype J interface { I; G() }\ntype S struct { S }\nfunc h(i I, s S) { i.F(); i.G(); s.x() }\n",
      "a.rs":
        "trait A: B { fn f(&self) { self.g(); self.none(); } }\ntrait B: A { fn g(&self) { self.f(); } }\ntype X = Y;\ntype Y = X;\nstruct S(Box<S>);\nimpl A for S {}\nimpl B for S {}\nfn h(s: S, x: X) { s.f(); s.0.g(); x.f(); }\n",
    },
    edges: ["a.py:B.f -> a.py:C.g", "a.ts:B.f -> a.ts:C.g"],
    most: 400,
  },
  {
    name: "a class that inherits from 3,000 in a row",
    files: {
      "a.py": `class C0:\n    def go(self):\n        pass\n${lines(3_000, (at) => `class C${at + 1}(C${at}):\n    ${at === 2_949 ? "def near(self): pass" : "pass"}`)}\nC3000().go()\nC3000().near()\nC3000().none()\n`,
      "a.js": `class C0 { go() {} }\n${lines(3_000, (at) => `class C${at + 1} extends C${at} { ${at === 2_949 ? "near() {}" : ""} }`)}\nnew C3000().go();\nnew C3000().near();\nnew C3000().none();\n`,
      "A.java": `class C0 { void go() {} }\n${lines(3_000, (at) => `class C${at + 1} extends C${at} { ${at === 2_949 ? "void near() {}" : ""} }`)}\nclass X { void f() { new C3000().go(); new C3000().near(); new C3000().none(); } }\n`,
    },
    edges: ["a.py: -> a.py:C2950.near", "a.js: -> a.js:C2950.near", "A.java:X.f -> A.java:C2950.near"],
    most: 40_000,
  },
  {
    name: "200 classes that each call super, in one line of descent",
    files: {
      "a.py": `class C0:\n    def go(self):\n        pass\n${lines(200, (at) => `class C${at + 1}(C${at}):\n    def go(self):\n        super().go()`)}\nC200().go()\n`,
      "a.js": `class C0 { go() {} }\n${lines(200, (at) => `class C${at + 1} extends C${at} { go() { super.go(); } }`)}\nnew C200().go();\n`,
    },
    edges: ["a.py:C1.go -> a.py:C0.go", "a.js:C200.go -> a.js:C199.go"],
    most: 1_300,
  },
  {
    name: "recursion with growing arguments",
    files: {
      "a.py":
        "def f(x):\n    return f([x])\ndef g(x, y):\n    return h({'a': y, 'b': [x, y]}, (x,))\ndef h(x, y):\n    return g(lambda: x(y), lambda z: y(x, z))\nf(f)\ng(h, f)\nh(g, g)\nclass A:\n    def __init__(self, x):\n        self.x = A(self)\n        self.x()\n    def __call__(self):\n        return A(A(self.x))()\nA(A)()\n",
      "a.js":
        "function f(x) { return f([x]); }\nfunction g(x, y) { return h({ a: y, b: [x, y] }, [x]); }\nfunction h(x, y) { return g(() => x(y), (z) => y(x, z)); }\nf(f); g(h, f); h(g, g);\nclass A { constructor(x) { this.x = new A(this); this.x.go(); } go() { return new A(new A(this.x)).go(); } }\nnew A(A).go();\nfunction p(x) { return p({ ...x, x }); }\np({ p });\nfunction q(x) { return q(x.bind(x, q)); }\nq(q);\n",
      "a.go":
        "package a\ntype F func(F) F\ntype N struct { n *N; f F }\nfunc f(x F) F { return f(func(y F) F { return x(y) }) }\nfunc g(n *N) *N { return g(&N{n: n, f: f}) }\nfunc main() { f(f)(f); g(nil).n.n.f(f) }\n",
    },
    most: 600,
  },
  {
    name: "functions that make functions that make functions",
    files: {
      "a.py":
        "def make(f):\n    def made(g):\n        return make(lambda h: f(g(h)))\n    return made\nx = make(make)\nfor i in range(9):\n    x = x(x)\n    x = make(x)(make)\nx(x)(x)(x)\nY = lambda f: (lambda x: f(lambda v: x(x)(v)))(lambda x: f(lambda v: x(x)(v)))\nfact = Y(lambda self: lambda n: 1 if n == 0 else n * self(n - 1))\nfact(5)\nY(Y)(Y)(Y)\n",
      "a.js":
        "const make = (f) => (g) => make((h) => f(g(h)));\nlet x = make(make);\nfor (;;) { x = x(x); x = make(x)(make); }\nx(x)(x)(x);\nconst Y = (f) => ((x) => f((v) => x(x)(v)))((x) => f((v) => x(x)(v)));\nconst fact = Y((self) => (n) => (n === 0 ? 1 : n * self(n - 1)));\nfact(5);\nY(Y)(Y)(Y);\nconst omega = (x) => x(x);\nomega(omega);\nconst succ = (n) => (f) => (y) => f(n(f)(y));\nconst add = (m) => (n) => m(succ)(n);\nconst two = succ(succ((f) => (y) => y));\nadd(two)(add(two)(two))(succ)(two);\n",
    },
    most: 1_500,
  },
  {
    name: "generators and iterators without end",
    files: {
      "a.py":
        "def gen():\n    while True:\n        yield gen\n        yield lambda: gen()\n        yield from gen()\nfor g in gen():\n    for h in g():\n        h()\ndef pairs(xs):\n    for x in xs:\n        yield (x, pairs([x]))\nfor x, p in pairs([gen, pairs]):\n    for y, q in p:\n        y(q)\nclass It:\n    def __iter__(self):\n        return It()\n    def __next__(self):\n        return It\nfor c in It():\n    for d in c():\n        d()\n",
      "a.js":
        "function* gen() { for (;;) { yield gen; yield () => gen(); yield* gen(); } }\nfor (const g of gen()) for (const h of g()) h();\nfunction* pairs(xs) { for (const x of xs) yield [x, pairs([x])]; }\nfor (const [x, p] of pairs([gen, pairs])) for (const [y, q] of p) y(q);\nconst it = { [Symbol.iterator]() { return this; }, next() { return { value: it, done: false }; } };\nfor (const a of it) for (const b of a) b.next();\nasync function loop(x) { return loop(await x.then(loop)); }\nloop(Promise.resolve(loop));\nconst p = p.then(() => p);\n",
    },
    most: 600,
  },
  {
    name: "things assigned to themselves and each other",
    files: {
      "a.py":
        "a = a.b = b = a\na.b.c = a.c.b = a\nc = [c]\nc.append(c)\nd = {'d': d}\nd['d'] = d\nd['d']['d']['d']()\nx, y = y, x\nx, (y, *x) = y, x\nclass K: pass\nk = K()\nk.k = k\nk.k.k.k.k()\nk.__class__ = k\nK.K = K\nK.K.K()\nsetattr(k, 'k', k.k)\ndef f(): pass\nf = f(f)\nf.f = f\nf.f.f()\n",
      "a.js":
        "var a = (a.b = b = a), b;\na.b.c = a.c.b = a;\nlet c = [c]; c.push(c); c[0][0][0]();\nvar d = { d }; d.d = d; d.d.d();\n[x, y] = [y, x]; var x, y;\n({ x, ...y } = { y, ...x });\nfunction f() {} f = f(f); f.f = f; f.f.f(); f.prototype = f; new f().f();\nmodule.exports = exports = module; module.exports.module = module.exports;\nthis.self = this; self.self.self(); globalThis.globalThis = globalThis; window = window.window;\nObject.assign(a, a, { a }); a = { ...a, a }; a.a.a();\n",
      "b.js":
        'exports.c = require("./c"); module.exports = { ...require("./c"), ...module.exports, b: require("./b") };\nrequire("./b").b.c.b.c();\n',
      "c.js": 'module.exports = require("./b"); module.exports.c = module.exports; require("./c").c.c.c();\n',
      "a.rs": "fn f() { let mut x = x; x = x.x; let f = f; f(f); x.f = f; (x.f)(x); }\n",
      "a.go":
        'package a\nvar x = x\nvar y, z = z, y\nfunc f() { f := f; f = f; x = x; m := map[string]any{}; m["m"] = m; m["m"].(func())() }\n',
    },
    trouble: "any",
    most: 300,
  },
  {
    name: "prototypes in a circle",
    files: {
      "a.js":
        "const a = {}, b = {}, c = { f() { this.g(); } };\na.__proto__ = b; b.__proto__ = c; c.__proto__ = a; a.f(); b.none(); c.none.none();\nObject.setPrototypeOf(a, a); a.x(); a.constructor.constructor.constructor(); a.__proto__.__proto__.__proto__.y();\nfunction F() {} F.prototype = new F(); F.prototype.constructor = F.prototype; F.prototype.__proto__ = F; F.__proto__ = F.prototype; new F().z(); F.z();\nObject.assign(a, b); Object.assign(b, a); Object.assign(a, a.b, b.a);\nconst p = Object.create(p); const q = new Proxy(q, q); q.q();\nclass A extends A.B {} A.B = A; A.prototype.__proto__ = A.prototype; new A().m(); class C extends mix(C) {} const mix = (X) => class extends X { n() { super.n(); } }; new (mix(mix(mix(C))))().n();\nlet M = class {}; for (;;) M = mix(M); new M().n();\n",
    },
    most: 300,
  },
  {
    name: "decorators that return themselves, metaclasses of themselves",
    files: {
      "a.py":
        "def deco(f):\n    return deco\n@deco\n@deco\n@deco(deco)(deco)\ndef f():\n    f()\n@f\nclass A:\n    @A\n    def g(self):\n        return self.g(self)\n    @property\n    def h(self):\n        return self.h()\n    @h.setter\n    def h(self, x):\n        self.h = self.h\nclass Meta(Meta, metaclass=Meta):\n    def __call__(cls, *args):\n        return cls(*args)\n    def __new__(cls, *args):\n        return cls(cls, *args)\n    def __getattr__(cls, name):\n        return getattr(cls, name)\nclass B(metaclass=Meta):\n    def __init__(self):\n        B()\n        type(self)(self)\n    def __getattr__(self, name):\n        return self.other\n    def __getattribute__(self, name):\n        return self.x\nB().y.z()\nclass T(type, metaclass=T):\n    pass\nT('X', (T,), {})()()\ntype(type)(type)\nclass D:\n    def __get__(self, o, t):\n        return D()\n    x = D()\nD().x.x.x.x()\n",
      "a.ts":
        'function deco(x: any): any { return deco; }\n@deco @deco(deco)(deco) class A { @deco g() { return this.g; } @A h = deco(this.h); get i() { return this.i(); } set i(x) { this.i = this.i; } }\nnew A().g()().i()();\ntype T = T; type U<X> = U<U<X>>; interface V<X> extends V<V<X>> { v: V<V<V<X>>>; }\nfunction u(t: T, u: U<T>, v: V<T>) { t.a(); u.b(); v.v.v.v.c(); }\nexport * from "./a"; export { x as y, y as x } from "./a"; export { default } from "./a";\nimport { y, default as z } from "./a"; y(); z();\nenum E { A = E.B, B = E.A } namespace N { export import N2 = N; } N.N2.N2();\n',
    },
    most: 500,
  },
  {
    name: "names exported and imported in a circle",
    files: {
      "a/__init__.py":
        "from .b import *\nfrom . import a, b\nfrom a import a as b, b as a\n__all__ = __all__ + b.__all__ + ['f']\n",
      "a/b.py":
        "from . import *\nfrom .b import *\nfrom .b import f\n__all__ = ['f', 'g'] + __all__\ng = f\nf = g\nf()\n",
      "x.ts": 'export * from "./y"; export { p as q } from "./y"; import { q } from "./y"; q();\n',
      "y.ts":
        'export * from "./x"; export { q as p } from "./x"; export * as y from "./y"; import { y } from "./y"; y.y.y.p();\n',
      "tsconfig.json":
        '{"extends":"./tsconfig.json","compilerOptions":{"baseUrl":".","paths":{"*":["*","./*"],"@/*":["@/*"]}},"references":[{"path":"."}]}',
      "package.json":
        '{"name":"x","main":"./package.json","exports":{".":"./","./*":"./*"},"imports":{"#*":"#*"},"workspaces":[".","./*","**"]}',
      "z.ts":
        'import a from "@/z"; import b from "#z"; import c from "x"; import d from "x/z"; a(); b(); c(); d();\n',
    },
    most: 100,
  },
  {
    name: "settings that are no settings",
    files: {
      "package.json": "{ not json",
      "b/package.json": "[]",
      "c/package.json": '"text"',
      "d/package.json":
        '{"name":1,"main":{},"exports":[null,[[]],{"x":{"y":{"z":null}}}],"workspaces":{"packages":"x"},"imports":[1]}',
      "e/package.json": "null",
      "tsconfig.json": '{"extends":[1,null],"compilerOptions":{"paths":[],"baseUrl":1},"references":{}}',
      "b/tsconfig.json": "null",
      "c/tsconfig.json": '{"compilerOptions":{"paths":{"a":"b","c":[1,null],"*":null}}}',
      "go.mod": "module\nreplace => =>\nrequire (\n",
      "go.work": "use (\n./x\n",
      "Cargo.toml": "[[[[",
      "pyproject.toml": "= = =\n[tool",
      ...Object.fromEntries(
        ["", "b/", "c/", "d/", "e/"].map((folder) => [
          `${folder}a.ts`,
          'import x from "a"; import y from "d"; import z from "c/x"; x(); y(); z();\n',
        ]),
      ),
      "a.go": 'package a\nimport "x/y"\nfunc f() { y.Z() }\n',
      "a.rs": "use crate::x::y; use super::super::z; use a::{self, b::*}; fn f() { y(); z(); }\n",
    },
    most: 100,
  },
  {
    name: "arguments, unpacked and passed on without end",
    files: {
      "a.py":
        "def f(*args, **kwargs):\n    return f(*args, f, *args, **kwargs, k=f)\nf(f, *[f] * 3, **{'f': f})\ndef g(*a):\n    return [*a, *g(*a, *g(*a))]\ng(*g(g))\n",
      "a.js":
        "function f(...args) { return f(...args, f, ...args); }\nf(f, ...[f], ...f());\nconst g = (...a) => [...a, ...g(...a, ...g(...a))]; g(...g(g));\nfunction h() { return h.apply(h, arguments).call(h, ...arguments).bind(arguments)(h); } h(h);\n",
    },
    most: 100,
  },
  {
    name: "one variable that holds 1,000 kinds of things",
    files: {
      "a.py": `${lines(MANY, (at) => `class C${at}:\n    def __init__(self): self.next = x\n    def go(self): return self.next.go()`)}\n${lines(MANY, (at) => `x = C${at}()`)}\nx.go().go().next.go()\n`,
      "a.js": `${lines(MANY, (at) => `class C${at} { constructor() { this.next = x; } go() { return this.next.go(); } }`)}\nlet x;\n${lines(MANY, (at) => `x = new C${at}();`)}\nx.go().go().next.go();\n`,
    },
    most: 200_000,
  },
];
