import { beforeAll, describe, expect, test } from "vitest";
import { go } from "../analyzers/go.ts";
import { goModules } from "./modules-go.ts";
import { resolver } from "./typed.fixture.ts";

let edges: Awaited<ReturnType<typeof resolver>>;

beforeAll(async () => {
  edges = await resolver(go, "go", goModules, "main.go");
});

/** Programs of one file, and every call inside of them. */
const PROGRAMS: Record<string, [string, string[]]> = {
  "a plain call": [`func a() { b() }\nfunc b() {}`, ["a -> b"]],
  "a call in the value of a package variable": [`var x = a()\nfunc a() int { return 1 }`, [" -> a"]],
  "methods with value and pointer receivers": [
    `type T struct{}
func (t T) V() {}
func (t *T) P() { t.V() }
func a() { t := T{}; t.V(); p := &T{}; p.P() }`,
    ["T.P -> T.V", "a -> T.P", "a -> T.V"],
  ],
  "same method name on two types": [
    `type A struct{}
type B struct{}
func (a A) M() {}
func (b B) M() {}
func f(b B) { b.M() }
func g() { x := A{}; x.M() }`,
    ["f -> B.M", "g -> A.M"],
  ],
  "a promoted method runs on the embedded value, not on what embeds it": [
    `type Base struct{}
func (b *Base) Run() { b.Step() }
func (b *Base) Step() {}
type T struct{ Base }
func (t *T) Step() {}
func main() { t := &T{}; t.Run(); t.Step() }`,
    ["Base.Run -> Base.Step", "main -> Base.Run", "main -> T.Step"],
  ],
  "an embedded pointer and its field by name": [
    `type Log struct{}
func (l *Log) Print() {}
type S struct{ *Log; n int }
func f(s *S) { s.Print(); s.Log.Print() }`,
    ["f -> Log.Print"],
  ],
  "an interface called with what flows in": [
    `type Shape interface { Area() int }
type Sq struct{}
func (s Sq) Area() int { return 1 }
type Ci struct{}
func (c Ci) Area() int { return 2 }
func total(s Shape) int { return s.Area() }
func main() { total(Sq{}) }`,
    ["main -> total", "total -> Shape.Area", "total -> Sq.Area"],
  ],
  "an embedded interface": [
    `type R interface { Read() }
type RW interface { R; Write() }
func f(x RW) { x.Read(); x.Write() }`,
    ["f -> R.Read", "f -> RW.Write"],
  ],
  "function values": [
    `func a() {}
func b() {}
func run(f func()) { f() }
func main() { f := a; f(); run(b) }`,
    ["main -> a", "main -> run", "run -> b"],
  ],
  "a closure that is returned": [
    `func counter() func() int { n := 0; return func() int { n++; return next(n) } }
func next(n int) int { return n }
func main() { c := counter(); c() }`,
    ["counter.<lambda> -> next", "main -> counter", "main -> counter.<lambda>"],
  ],
  "go, defer and a literal called at once": [
    `func a() {}
func b() {}
func c() {}
func main() { go a(); defer b(); func() { c() }() }`,
    ["main -> a", "main -> b", "main -> main.<lambda>", "main.<lambda> -> c"],
  ],
  "method values and method expressions": [
    `type T struct{}
func (t T) M() {}
func (t *T) P() {}
func main() { t := T{}; f := t.M; f(); g := T.M; g(t); h := (*T).P; h(&t) }`,
    ["main -> T.M", "main -> T.P"],
  ],
  "several results": [
    `type T struct{}
func (t *T) M() {}
func open() (*T, error) { return &T{}, nil }
func wrap() (*T, error) { return open() }
func take(t *T, err error) { t.M() }
func main() { t, err := wrap(); if err != nil { return }; t.M(); take(open()) }`,
    ["main -> T.M", "main -> open", "main -> take", "main -> wrap", "take -> T.M", "wrap -> open"],
  ],
  "named results": [
    `func a() {}
func pick() (f func()) { f = a; return }
func main() { pick()() }`,
    ["main -> a", "main -> pick"],
  ],
  "maps, slices and ranges": [
    `func a() {}
func b() {}
func c() {}
var table = map[string]func(){"a": a, "b": b}
func main() {
	table["a"]()
	for _, f := range []func(){c} { f() }
}
func all() { for _, f := range table { f() } }`,
    ["all -> a", "all -> b", "main -> a", "main -> c"],
  ],
  "append to a field that was nil": [
    `type Bus struct { handlers []func() }
func (b *Bus) On(f func()) { b.handlers = append(b.handlers, f) }
func (b *Bus) Fire() { for _, h := range b.handlers { h() } }
func hello() {}
func main() { bus := &Bus{}; bus.On(hello); bus.Fire() }`,
    ["Bus.Fire -> hello", "main -> Bus.Fire", "main -> Bus.On"],
  ],
  channels: [
    `type Job struct{}
func (j *Job) Do() {}
func work(ch chan *Job) { for j := range ch { j.Do() }; x := <-ch; x.Do() }
func fns(ch chan func()) { f := <-ch; f() }
func a() {}
func main() { ch := make(chan func(), 1); ch <- a; fns(ch) }`,
    ["fns -> a", "main -> fns", "work -> Job.Do"],
  ],
  select: [
    `type J struct{}
func (j J) Do() {}
func f(a chan J, b chan func()) { select { case j := <-a: j.Do(); case f, ok := <-b: if ok { f() } } }
func g() {}
func main() { b := make(chan func()); b <- g; f(nil, b) }`,
    ["f -> J.Do", "f -> g", "main -> f"],
  ],
  "struct fields, by name and by position": [
    `type S struct { n int; f func() }
func a() {}
func b() {}
func main() { s := S{f: a}; s.f(); t := S{1, b}; t.f() }`,
    ["main -> a", "main -> b"],
  ],
  "fields of declared types, through two structs": [
    `type A struct{ b *B }
type B struct{ c C }
type C struct{}
func (c *C) M() {}
func f(a *A) { a.b.c.M() }`,
    ["f -> C.M"],
  ],
  "type assertion and type switch": [
    `type A struct{}
type B struct{}
func (a *A) M() {}
func (b *B) M() {}
func f(x any) {
	x.(*A).M()
	switch v := x.(type) {
	case *B:
		v.M()
	}
}
func g(x any) { if v, ok := x.(*B); ok { v.M() } }`,
    ["f -> A.M", "f -> B.M", "g -> B.M"],
  ],
  "a function type with methods": [
    `type Handler interface { Serve() }
type HandlerFunc func()
func (f HandlerFunc) Serve() { f() }
func hello() {}
func run(h Handler) { h.Serve() }
func main() { run(HandlerFunc(hello)) }`,
    ["HandlerFunc.Serve -> hello", "main -> run", "run -> Handler.Serve", "run -> HandlerFunc.Serve"],
  ],
  generics: [
    `type Stack[T any] struct { items []T }
func (s *Stack[T]) Push(x T) { s.items = append(s.items, x) }
func (s *Stack[T]) Pop() T { return s.items[0] }
func Map[T, U any](xs []T, f func(T) U) []U { var out []U; for _, x := range xs { out = append(out, f(x)) }; return out }
func double(n int) int { return n }
type Named interface { Name() string }
func show[T Named](x T) { x.Name() }
func main() {
	s := &Stack[func()]{}
	s.Push(a)
	s.Pop()()
	Map[int, int](nil, double)
	Map(nil, double)
}
func a() {}`,
    [
      "Map -> double",
      "main -> Map",
      "main -> Stack.Pop",
      "main -> Stack.Push",
      "main -> a",
      "show -> Named.Name",
    ],
  ],
  variadics: [
    `func a() {}
func b() {}
func run(fs ...func()) { for _, f := range fs { f() } }
func main() { run(a, b) }
func more() { fs := []func(){a}; run(fs...) }`,
    ["main -> run", "more -> run", "run -> a", "run -> b"],
  ],
  "functional options": [
    `type S struct{ on func() }
type Option func(*S)
func With(f func()) Option { return func(s *S) { s.on = f } }
func New(opts ...Option) *S { s := &S{}; for _, o := range opts { o(s) }; return s }
func (s *S) Go() { s.on() }
func hello() {}
func main() { New(With(hello)).Go() }`,
    ["New -> With.<lambda>", "S.Go -> hello", "main -> New", "main -> S.Go", "main -> With"],
  ],
  "constants of a named type": [
    `type Color int
const (
	Red Color = iota
	Blue
)
func (c Color) String() string { return name(int(c)) }
func name(n int) string { return "" }
func main() { Blue.String() }`,
    ["Color.String -> name", "main -> Color.String"],
  ],
  "conversion to a named type": [
    `type Celsius float64
func (c Celsius) Warm() bool { return c > 20 }
func main() { Celsius(21.5).Warm() }`,
    ["main -> Celsius.Warm"],
  ],
  "an alias has the methods of its type": [
    `type A struct{}
func (a A) M() {}
type B = A
func f(b B) { b.M() }`,
    ["f -> A.M"],
  ],
  "local names shadow": [
    `func a() {}
func b() {}
func f() { a := b; a(); { b := func() {}; b() } }`,
    ["f -> b", "f -> f.<lambda>"],
  ],
  "a variable captured by a closure and assigned outside": [
    `func a() {}
func f() { var g func(); run := func() { g() }; g = a; run() }`,
    ["f -> f.<lambda>", "f.<lambda> -> a"],
  ],
  "recursion and a loop of calls": [
    `func a(n int) { if n > 0 { a(n - 1); b(n) } }
func b(n int) { a(n) }`,
    ["a -> a", "a -> b", "b -> a"],
  ],
  "a method called in a chain": [
    `type B struct{}
func New() *B { return &B{} }
func (b *B) Add() *B { return b }
func (b *B) Done() {}
func main() {
	New().
		Add().
		Done()
}`,
    ["main -> B.Add", "main -> B.Done", "main -> New"],
  ],
  "labels, switch, for": [
    `func c() bool { return true }
func d() {}
func f() {
loop:
	for i := 0; c(); i++ {
		switch { case c(): continue loop; default: d() }
	}
}`,
    ["f -> c", "f -> d"],
  ],
  "a handler registered in a map by a method": [
    `type Router struct{ routes map[string]func() }
func (r *Router) Handle(path string, h func()) { r.routes[path] = h }
func (r *Router) Serve(path string) { if h, ok := r.routes[path]; ok { h() } }
func home() {}
func main() {
	r := &Router{routes: make(map[string]func())}
	r.Handle("/", home)
	r.Serve("/")
}`,
    ["Router.Serve -> home", "main -> Router.Handle", "main -> Router.Serve"],
  ],
  "an interface kept in a field": [
    `type Store interface { Get() }
type mem struct{}
func (m *mem) Get() {}
type Server struct{ store Store }
func NewServer(s Store) *Server { return &Server{store: s} }
func (s *Server) Run() { s.store.Get() }
func main() { NewServer(&mem{}).Run() }`,
    ["Server.Run -> Store.Get", "Server.Run -> mem.Get", "main -> NewServer", "main -> Server.Run"],
  ],
  "middleware around middleware": [
    `type H func()
func a(next H) H { return func() { logged(); next() } }
func b(next H) H { return func() { next() } }
func logged() {}
func last() {}
func main() { h := a(b(last)); h() }`,
    [
      "a.<lambda> -> b.<lambda>",
      "a.<lambda> -> logged",
      "b.<lambda> -> last",
      "main -> a",
      "main -> a.<lambda>",
      "main -> b",
    ],
  ],
  "an error of our own": [
    `type E struct{}
func (e *E) Error() string { return text() }
func text() string { return "" }
func fail() error { return &E{} }
func main() { err := fail(); err.Error() }`,
    ["E.Error -> text", "main -> E.Error", "main -> fail"],
  ],
  "elided types in nested literals": [
    `type P struct{ f func() }
func a() {}
func b() {}
func main() {
	for _, p := range []P{{f: a}, {b}} { p.f() }
	for _, p := range map[string]*P{"x": {f: a}} { p.f() }
}`,
    ["main -> a", "main -> b"],
  ],
  "a table of tests": [
    `type T struct{}
func (t *T) Run(name string, f func(t *T)) { f(t) }
func parse(s string) int { return 0 }
func TestParse(t *T) {
	for _, tt := range []struct{ in string; f func(string) int }{{"a", parse}} {
		t.Run(tt.in, func(t *T) { tt.f(tt.in) })
	}
}`,
    ["T.Run -> TestParse.<lambda>", "TestParse -> T.Run", "TestParse.<lambda> -> parse"],
  ],
  "an interface inside of a struct, filled with a value": [
    `type W interface { Write() }
type file struct{}
func (f file) Write() {}
type buffered struct { W }
func (b buffered) Flush() { b.Write() }
func main() { buffered{file{}}.Flush(); buffered{W: file{}}.W.Write() }`,
    [
      "buffered.Flush -> W.Write",
      "buffered.Flush -> file.Write",
      "main -> buffered.Flush",
      "main -> file.Write",
      "main -> W.Write",
    ],
  ],
  "a generic constructor with a constraint": [
    `type Number interface { ~int | ~float64 }
type Box[T any] struct{ v T }
func NewBox[T any](v T) *Box[T] { return &Box[T]{v: v} }
func (b *Box[T]) Get() T { return b.v }
func sum[T Number](xs ...T) T { var s T; return s }
func f() {}
func main() { b := NewBox(f); b.Get()(); sum(1, 2); NewBox[int](1).Get() }`,
    ["main -> Box.Get", "main -> NewBox", "main -> f", "main -> sum"],
  ],
  "a value through a pointer": [
    `func a() {}
func set(p *func()) { *p = a }
func main() { f := func() {}; g := &f; *g = a; (*g)() }`,
    ["main -> a", "main -> main.<lambda>"],
  ],
  "init runs without being called": [
    `var handlers = map[string]func(){}
func register(n string, f func()) { handlers[n] = f }
func init() { register("a", a) }
func init() { register("b", b) }
func a() {}
func b() {}
func run(n string) { handlers[n]() }`,
    ["init -> register", "init#2 -> register", "run -> a", "run -> b"],
  ],
  "structs without a name": [
    `type Mutex struct{}
func (m *Mutex) Lock() {}
type T struct{}
func (t T) M() {}
var shared struct { Mutex; t T; all []struct{ t *T } }
func main() {
	shared.Lock()
	shared.t.M()
	for _, x := range shared.all { x.t.M() }
	x := struct{ f func() }{f: a}
	x.f()
}
func a() {}`,
    ["main -> Mutex.Lock", "main -> T.M", "main -> a"],
  ],
  "a range over a function": [
    `type Item struct{}
func (i *Item) Do() {}
type Box struct{ items []func() }
func (b *Box) All() func(yield func(int, func()) bool) {
	return func(yield func(int, func()) bool) {
		for i, f := range b.items { if !yield(i, f) { return } }
	}
}
func a() {}
func main() {
	b := &Box{items: []func(){a}}
	for _, f := range b.All() { f() }
}`,
    ["main -> Box.All", "main -> Box.All.<lambda>", "main -> a"],
  ],
  "a set of pointers": [
    `type Client struct{}
func (c *Client) Send() {}
type Hub struct{ clients map[*Client]bool }
func (h *Hub) All() { for c := range h.clients { c.Send() } }`,
    ["Hub.All -> Client.Send"],
  ],
};

describe("programs of one file", () => {
  for (const [name, [text, expected]] of Object.entries(PROGRAMS)) {
    test(name, () => {
      const found = edges(`package main\n${text}\n`).map((edge) => edge.replace(/:\d+:\d+>/g, ">"));
      expect(found).toEqual([...expected].sort());
    });
  }
});

describe("programs of several files", () => {
  test("packages, internal packages, aliases and files of one package", () => {
    const found = edges(`-- go.mod --
module example.com/app/v2
-- main.go --
package main
import (
	"example.com/app/v2/internal/store"
	u "example.com/app/v2/util"
)
func main() { s := store.Open(); s.Get(); u.Trim(); helper() }
-- more.go --
package main
func helper() { unused() }
func unused() {}
-- internal/store/store.go --
package store
type Store struct{ cache *cache }
func Open() *Store { return &Store{cache: newCache()} }
func (s *Store) Get() { s.cache.get() }
-- internal/store/cache.go --
package store
type cache struct{}
func newCache() *cache { return &cache{} }
func (c *cache) get() {}
-- util/util.go --
package util
func Trim() {}
`);
    expect(found).toEqual([
      "internal/store/store.go:Open -> internal/store/cache.go:newCache",
      "internal/store/store.go:Store.Get -> internal/store/cache.go:cache.get",
      "main.go:main -> internal/store/store.go:Open",
      "main.go:main -> internal/store/store.go:Store.Get",
      "main.go:main -> more.go:helper",
      "main.go:main -> util/util.go:Trim",
      "more.go:helper -> more.go:unused",
    ]);
  });

  test("methods of one type in two files, and a test of the package", () => {
    const found = edges(`-- go.mod --
module m
-- a.go --
package m
type T struct{}
func New() T { return T{} }
-- b.go --
package m
func (t T) M() { t.n() }
func (t T) n() {}
-- a_test.go --
package m
import "testing"
func TestM(t *testing.T) { New().M() }
`);
    expect(found).toEqual([
      "a_test.go:TestM -> a.go:New",
      "a_test.go:TestM -> b.go:T.M",
      "b.go:T.M -> b.go:T.n",
    ]);
  });

  test("a hook that another file of the package sets", () => {
    const found = edges(`-- go.mod --
module m
-- a.go --
package m
var hook func()
func Run() { hook() }
-- b.go --
package m
func init() { hook = impl }
func impl() {}
`);
    expect(found).toEqual(["a.go:Run -> b.go:impl"]);
  });

  test("what lies outside is named, and not mistaken for ours", () => {
    const found = edges(
      `-- go.mod --
module m
-- a.go --
package m
import (
	"fmt"
	"github.com/go-redis/redis/v9"
)
func Run() { fmt.Println(); redis.New().Get() }
func Println() {}
func Get() {}
`,
      ["CALLS", "outside"],
    );
    expect(found).toContain("Run -> external::go::fmt.Println");
    expect(found).toContain("Run -> external::go::github.com/go-redis/redis/v9.New");
    expect(found.filter((edge) => !edge.includes("external"))).toEqual([]);
  });

  test("IMPLEMENTS by method sets, promoted methods included", () => {
    const found = edges(
      `package m
type I interface { M(); N() }
type A struct{}
func (a *A) M() {}
type B struct{ A }
func (b B) N() {}
type C struct{}
func (c C) M() {}
`,
      ["IMPLEMENTS"],
    );
    expect(found).toEqual(["B -> I", "B.N -> I.N"]);
  });

  test("embedding is EXTENDS", () => {
    const found = edges(`package m\ntype A struct{}\ntype B struct{ *A }\n`, ["EXTENDS"]);
    expect(found).toEqual(["B -> A"]);
  });
});
