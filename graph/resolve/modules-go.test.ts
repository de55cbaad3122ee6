import { describe, expect, test } from "vitest";
import { goModules } from "./modules-go.ts";

function modules(paths: string[], configs: Record<string, string>) {
  return goModules(paths, new Map(Object.entries(configs)));
}

describe("one module", () => {
  const find = modules(
    [
      "main.go",
      "main_test.go",
      "store/a.go",
      "store/b.go",
      "store/a_test.go",
      "store/export_test.go",
      "internal/x/x.go",
      "vendor/github.com/a/b/b.go",
    ],
    { "go.mod": "// the app\nmodule example.com/app/v2 // here\n\ngo 1.21\n" },
  );

  test("a package is the files of its directory, without tests", () => {
    expect(find("main.go", "example.com/app/v2/store")).toEqual({ paths: ["store/a.go", "store/b.go"] });
    expect(find("store/a.go", "example.com/app/v2")).toEqual({ paths: ["main.go"] });
    expect(find("main.go", "example.com/app/v2/internal/x")).toEqual({ paths: ["internal/x/x.go"] });
  });

  test("a test sees what its package exports for tests", () => {
    expect(find("store/a_test.go", "example.com/app/v2/store")).toEqual({
      paths: ["store/a.go", "store/b.go", "store/export_test.go"],
    });
    expect(find("main_test.go", "example.com/app/v2/store")).toEqual({ paths: ["store/a.go", "store/b.go"] });
  });

  test("everything else is outside", () => {
    for (const path of [
      "fmt",
      "net/http",
      "github.com/a/b",
      "example.com/app/v2/missing",
      "example.com/app/v22",
    ]) {
      expect(find("main.go", path)).toEqual({ external: path });
    }
  });
});

describe("several modules", () => {
  const find = modules(["api/api.go", "lib/lib.go", "lib/deep/d.go", "tools/t.go", "fork/f.go"], {
    "go.work": "go 1.21\nuse (\n\t./api\n\t./lib\n)\nreplace example.com/work => ./tools\n",
    "api/go.mod":
      'module "example.com/api"\nreplace (\n\texample.com/forked v1.2.3 => ../fork\n\tother.com/x => other.com/y v1.0.0\n)\n',
    "lib/go.mod": "module example.com/lib\n",
    "lib/deep/go.mod": "module example.com/lib/deep\n",
  });

  test("each is found by its name", () => {
    expect(find("api/api.go", "example.com/lib")).toEqual({ paths: ["lib/lib.go"] });
    expect(find("api/api.go", "example.com/lib/deep")).toEqual({ paths: ["lib/deep/d.go"] });
    expect(find("lib/lib.go", "example.com/api")).toEqual({ paths: ["api/api.go"] });
  });

  test("replacements by directories, of the module and of the workspace", () => {
    expect(find("api/api.go", "example.com/forked")).toEqual({ paths: ["fork/f.go"] });
    expect(find("lib/lib.go", "example.com/forked")).toEqual({ external: "example.com/forked" });
    expect(find("lib/lib.go", "example.com/work")).toEqual({ paths: ["tools/t.go"] });
    expect(find("api/api.go", "other.com/x")).toEqual({ external: "other.com/x" });
  });
});

test("without go.mod, by the end of the path", () => {
  const find = modules(["main.go", "store/a.go", "errors/e.go", "src/own/o.go"], {});
  expect(find("main.go", "github.com/me/app/store")).toEqual({ paths: ["store/a.go"] });
  expect(find("main.go", "errors")).toEqual({ external: "errors" });
  expect(find("main.go", "own")).toEqual({ paths: ["src/own/o.go"] });
  expect(find("store/a.go", "../errors")).toEqual({ paths: ["errors/e.go"] });
});

test("the library of Go itself", () => {
  const find = modules(["src/fmt/print.go", "src/net/http/a.go"], { "src/go.mod": "module std\n" });
  expect(find("src/net/http/a.go", "fmt")).toEqual({ paths: ["src/fmt/print.go"] });
  expect(find("src/net/http/a.go", "os")).toEqual({ external: "os" });
});

test("broken configurations and paths do no harm", () => {
  const find = modules(["a.go"], { "go.mod": "module\n\0replace => => ..\n" });
  for (const path of ["", "/", "..", "../../..", "a\0b"]) expect(find("a.go", path)).toBeDefined();
});
