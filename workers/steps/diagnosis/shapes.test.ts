/** Failures as tools write them of which there is no real log here, and what looks like one. Others: blocks.test.ts. */
import { expect, test } from "vitest";
import { readLog } from "./read-log.ts";

/** Of each block its shape, its rank, its test and its last line. */
const read = (log: string) =>
  readLog(log).blocks.map(({ shape, rank, test: name, lines }) => [shape, rank, name, lines.at(-1)]);

test.each<[string, string, [string, number, string | undefined, string][]]>([
  [
    "an error that vitest did not catch",
    "⎯⎯⎯⎯ Unhandled Errors ⎯⎯⎯⎯\n\nVitest caught 1 unhandled error during the test run.\n⎯⎯⎯⎯ Uncaught Exception ⎯⎯⎯⎯\nError: no\n ❯ src/a.js:1:1\n⎯⎯⎯⎯⎯\nlater",
    [
      ["vitest, unhandled", 0, undefined, "Vitest caught 1 unhandled error during the test run."],
      ["vitest, unhandled", 0, undefined, " ❯ src/a.js:1:1"],
    ],
  ],
  [
    "JUnit 4",
    "There was 1 failure:\n1) addsUp(shop.CartTest)\njava.lang.AssertionError: no\n\nTests run: 2",
    [["JUnit", 0, "addsUp(shop.CartTest)", "java.lang.AssertionError: no"]],
  ],
  [
    "Maven's compiler",
    "[ERROR] /w/Cart.java:[6,22] cannot find symbol\n[ERROR]   symbol: class X\n[ERROR] -> [Help 1]",
    [["Maven", 0, undefined, "[ERROR]   symbol: class X"]],
  ],
  [
    "Gradle",
    "CartTest > addsUp() FAILED\n    java.lang.AssertionError at CartTest.java:7\n\n2 tests completed",
    [["Gradle", 0, "CartTest > addsUp()", "    java.lang.AssertionError at CartTest.java:7"]],
  ],
  [
    "a panic of Go outside of tests",
    "panic: no\n\ngoroutine 1 [running]:\nmain.main()\nexit status 2\nlater",
    [["go panic", 1, undefined, "main.main()"]],
  ],
  [
    "Python",
    'Traceback (most recent call last):\n  File "a.py", line 1, in <module>\nValueError: no\n\nlater',
    [["Python", 1, undefined, "ValueError: no"]],
  ],
  [
    "JavaScript",
    "Uncaught TypeError: no\n    at run (/w/a.js:1:1) {\n  code: 5\n}\nlater",
    [["JavaScript", 1, undefined, "}"]],
  ],
  [
    "the JVM",
    'Exception in thread "main" java.lang.IllegalStateException: no\n\tat shop.Main.main(Main.java:3)\nCaused by: java.io.IOException: gone\n\t... 1 more\nlater',
    [["JVM", 1, undefined, "\t... 1 more"]],
  ],
  [
    "a flow",
    'flow "opens": passed\nflow "adds": nothing is called Add\nflow "ends": passed',
    [["flow", 0, undefined, 'flow "adds": nothing is called Add']],
  ],
  [
    "pytest, in short",
    "FAILED tests/a.py::test_a - boom\nERROR tests/b.py\nFAILED (failures=1)",
    ["FAILED tests/a.py::test_a - boom", "ERROR tests/b.py"].map((line) => [
      "pytest, in short",
      3,
      undefined,
      line,
    ]),
  ],
  [
    "make",
    "make[1]: *** [Makefile:3: all] Error 2\nmake: Leaving directory",
    [["make", 2, undefined, "make[1]: *** [Makefile:3: all] Error 2"]],
  ],
  [
    "words of failure, with what stands below them",
    "[error] no such table\n  carts\nlater\nall went well",
    [["words", 3, undefined, "  carts"]],
  ],
  [
    "a test of TAP that holds others, or is yet to be done",
    "    not ok 1 - inner\n      ---\n      error: no\n      ...\nnot ok 1 - outer\n  ---\n  failureType: 'subtestsFailed'\n  ...\nnot ok 2 - later # TODO\n  ---\n  error: no\n  ...",
    [["TAP", 0, "inner", "      ..."]],
  ],
  [
    "what unittest says beside its failures",
    "ERROR: all is lost\nand nobody knows",
    [["words", 3, undefined, "ERROR: all is lost"]],
  ],
  [
    "what an assertion says of itself",
    "not ok 1 - x\n  ---\n  error: no\n  code: 'ERR_ASSERTION'\n",
    [["TAP", 0, "x", "  error: no"]],
  ],
  [
    "what passed within a test of Go",
    "--- FAIL: TestA (0.00s)\n    a_test.go:3: no\n    --- PASS: TestA/one (0.00s)\nFAIL",
    [["go test", 0, "TestA", "    a_test.go:3: no"]],
  ],
  [
    "what passed within a test of Go that says all",
    "=== RUN   TestA\n    a_test.go:3: no\n--- FAIL: TestA (0.00s)\n    --- PASS: TestA/one (0.00s)\nFAIL",
    [["go test -v", 0, "TestA", "--- FAIL: TestA (0.00s)"]],
  ],
  [
    "Rust's compiler",
    "error[E0425]: no\n --> src/lib.rs:5:6\n\nwarning: unused",
    [["rustc", 0, undefined, " --> src/lib.rs:5:6"]],
  ],
  [
    "compilers, with what they note",
    "a.c:3: error: no\nb.c:3:5: fatal error: gone\n    3 | x\nb.h:1:1: note: here\nlater",
    [
      ["compiler", 0, undefined, "a.c:3: error: no"],
      ["compiler", 0, undefined, "b.h:1:1: note: here"],
    ],
  ],
  [
    "one line of Maven's compiler",
    "[ERROR] /w/Cart.java:[6,22] no\nlater",
    [["Maven", 0, undefined, "[ERROR] /w/Cart.java:[6,22] no"]],
  ],
  [
    "a console of jest",
    "  ● Console\n\n    console.log\n      x\n\n  ● cart › adds up\n\n    boom\n\nTests: 1",
    [["jest", 0, "cart › adds up", "    boom"]],
  ],
  [
    "a list of Maven's tests",
    "[ERROR] Tests run: 2, Failures: 1 <<< FAILURE!\n[ERROR] shop.CartTest.addsUp  Time elapsed: 0.1 s  <<< FAILURE!\nboom\n\nlater",
    [["surefire", 0, "shop.CartTest.addsUp", "boom"]],
  ],
  [
    "headings that only sound like it",
    "✖ failing tests:\n  x\n✖ 3 problems\n  y\nerror: could not compile `x`\n",
    [["words", 3, undefined, "error: could not compile `x`"]],
  ],
  ["a path alone that is no list of eslint", "/w/src/a.js\nis fine\n", []],
  ["a list of eslint that only warns", "/w/src/a.js\n  1:1  warning  x\n\n", []],
  ["a place alone that is no crash of Node", "/w/a.js:3\nis fine\n", []],
  ["an error that is told and not thrown", "Error: no\nwas handled", [["words", 3, undefined, "Error: no"]]],
])("readLog() finds of %s", (_, log, blocks) => expect(read(log)).toEqual(blocks));
