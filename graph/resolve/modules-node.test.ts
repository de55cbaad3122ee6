import { describe, expect, test } from "vitest";
import { nodeModules } from "./modules-node.ts";

/** Asks over a repository of empty files; objects are the text of configurations. */
function repository(files: Record<string, object | string | null>) {
  const configs = new Map<string, string>();
  for (const [path, value] of Object.entries(files)) {
    if (value !== null) configs.set(path, typeof value === "string" ? value : JSON.stringify(value));
  }
  const modules = nodeModules(new Set(Object.keys(files)), configs);
  return (from: string, specifier: string) => {
    const target = modules(from, specifier);
    return (
      target?.paths?.join(",") ?? (target?.external === undefined ? undefined : `external ${target.external}`)
    );
  };
}

function empty(...paths: string[]): Record<string, null> {
  return Object.fromEntries(paths.map((path) => [path, null]));
}

describe("relative specifiers", () => {
  test("endings are tried, the importing language first", () => {
    const ask = repository(
      empty("src/a.ts", "src/b.js", "src/both.ts", "src/both.js", "src/t.tsx", "src/d.d.ts", "src/j.json"),
    );
    expect(ask("src/x.ts", "./a")).toBe("src/a.ts");
    expect(ask("src/x.ts", "./b")).toBe("src/b.js");
    expect(ask("src/x.ts", "./both")).toBe("src/both.ts");
    expect(ask("src/x.js", "./both")).toBe("src/both.js");
    expect(ask("src/x.ts", "./both.js")).toBe("src/both.ts");
    expect(ask("src/x.js", "./both.js")).toBe("src/both.js");
    expect(ask("src/x.ts", "./t.js")).toBe("src/t.tsx");
    expect(ask("src/x.ts", "./d")).toBe("src/d.d.ts");
    expect(ask("src/x.ts", "./j.json")).toBe("src/j.json");
    expect(ask("src/x.ts", "./missing")).toBeUndefined();
  });

  test("folders lead to their index or main", () => {
    const ask = repository({
      ...empty("index.ts", "lib/index.js", "pkg/entry.js", "pkg/index.js", "a/b/c.ts"),
      "pkg/package.json": { main: "./entry" },
    });
    expect(ask("main.js", "./lib")).toBe("lib/index.js");
    expect(ask("main.js", "./lib/")).toBe("lib/index.js");
    expect(ask("main.js", "./pkg")).toBe("pkg/entry.js");
    expect(ask("a/b/c.ts", "../..")).toBe("index.ts");
    expect(ask("lib/index.js", "..")).toBe("index.ts");
    expect(ask("lib/index.js", ".")).toBe("lib/index.js");
  });

  test("what bundlers add behind a question mark is left out", () => {
    expect(repository(empty("a.svg", "b.ts"))("b.ts", "./a.svg?raw")).toBe("a.svg");
  });

  test("packages whose entries are each other end", () => {
    const ask = repository({
      ...empty("x.js"),
      "a/package.json": { main: "./b" },
      "a/b/package.json": { main: ".." },
    });
    expect(ask("x.js", "./a")).toBeUndefined();
  });
});

describe("externals", () => {
  test("builtins and packages", () => {
    const ask = repository(empty("a.ts"));
    expect(ask("a.ts", "fs")).toBe("external node:fs");
    expect(ask("a.ts", "node:fs/promises")).toBe("external node:fs/promises");
    expect(ask("a.ts", "express")).toBe("external express");
    expect(ask("a.ts", "@scope/pkg/sub")).toBe("external @scope/pkg/sub");
  });
});

describe("packages of the repository", () => {
  const ask = repository({
    ...empty(
      "packages/core/src/index.ts",
      "packages/core/src/deep/tool.ts",
      "packages/ui/src/main.ts",
      "packages/ui/button.js",
      "packages/cond/esm.mjs",
      "packages/cond/cjs.cjs",
      "packages/cond/src/features/a.ts",
      "packages/cond/src/features/hidden.ts",
      "packages/self/lib/x.js",
      "apps/web/page.ts",
    ),
    "packages/core/package.json": { name: "@acme/core", main: "./dist/index.js", types: "./dist/index.d.ts" },
    "packages/ui/package.json": {
      name: "ui",
      exports: {
        ".": { types: "./dist/main.d.ts", default: "./dist/esm/main.js" },
        "./button": "./button.js",
      },
    },
    "packages/cond/package.json": {
      name: "cond",
      exports: {
        ".": { import: "./esm.mjs", require: "./cjs.cjs" },
        "./features/hidden": null,
        "./features/*": "./src/features/*.ts",
      },
    },
    "packages/self/package.json": {
      name: "self",
      imports: { "#x": "./lib/x.js", "#lib/*": { node: "./lib/*.js" }, "#out": "express" },
    },
  });

  test("a built entry leads to its source", () => {
    expect(ask("apps/web/page.ts", "@acme/core")).toBe("packages/core/src/index.ts");
    expect(ask("apps/web/page.ts", "ui")).toBe("packages/ui/src/main.ts");
    expect(ask("apps/web/page.ts", "@acme/core/dist/deep/tool")).toBe("packages/core/src/deep/tool.ts");
  });

  test("exports: conditions, subpaths, patterns, null", () => {
    expect(ask("apps/web/page.ts", "cond")).toBe("packages/cond/esm.mjs");
    expect(ask("apps/web/page.cjs", "cond")).toBe("packages/cond/cjs.cjs");
    expect(ask("apps/web/page.ts", "ui/button")).toBe("packages/ui/button.js");
    expect(ask("apps/web/page.ts", "cond/features/a")).toBe("packages/cond/src/features/a.ts");
    expect(ask("apps/web/page.ts", "cond/features/hidden")).toBe("external cond/features/hidden");
  });

  test("imports of the package around", () => {
    expect(ask("packages/self/lib/y.js", "#x")).toBe("packages/self/lib/x.js");
    expect(ask("packages/self/lib/y.js", "#lib/x")).toBe("packages/self/lib/x.js");
    expect(ask("packages/self/lib/y.js", "#out")).toBe("external express");
  });

  test("what is checked in below node_modules counts for those below its folder", () => {
    const local = repository({
      ...empty("app/a.js", "app/node_modules/dep/lib/main.js", "other/b.js"),
      "app/node_modules/dep/package.json": { name: "dep", main: "lib/main" },
    });
    expect(local("app/a.js", "dep")).toBe("app/node_modules/dep/lib/main.js");
    expect(local("other/b.js", "dep")).toBe("external dep");
  });
});

describe("project files", () => {
  test("paths, with comments, trailing commas and a parent", () => {
    const ask = repository({
      ...empty("app/src/lib/a.ts", "app/src/exact.ts", "app/src/api/client.ts", "app/gen/client.ts"),
      "tsconfig.base.json": `{ // shared
        "compilerOptions": { "strict": true, /* where */ "target": "es2022", } }`,
      "app/tsconfig.json": `{ "extends": "../tsconfig.base", "compilerOptions": { "paths": {
        "@/*": ["./src/*"], "exact": ["./src/exact.ts"], "@/api/*": ["./gen/*", "./src/api/*"], "http://x": ["a//b"], } } }`,
    });
    expect(ask("app/src/x.ts", "@/lib/a")).toBe("app/src/lib/a.ts");
    expect(ask("app/src/x.ts", "exact")).toBe("app/src/exact.ts");
    expect(ask("app/src/x.ts", "@/api/client")).toBe("app/gen/client.ts");
    expect(ask("elsewhere/x.ts", "exact")).toBe("external exact");
  });

  test("baseUrl, and paths that a parent wrote", () => {
    const ask = repository({
      ...empty("src/components/button.tsx", "packages/shared/index.ts", "apps/web/a.ts"),
      "tsconfig.json": { compilerOptions: { baseUrl: "src" } },
      "config/base.json": {
        compilerOptions: { baseUrl: "..", paths: { "shared/*": ["packages/shared/*"] } },
      },
      "apps/web/tsconfig.json": { extends: "../../config/base.json" },
    });
    expect(ask("src/page.tsx", "components/button")).toBe("src/components/button.tsx");
    expect(ask("apps/web/a.ts", "shared/index")).toBe("packages/shared/index.ts");
  });

  test("a file that only refers to others, and circles of extends", () => {
    const ask = repository({
      ...empty("src/a.ts", "src/b.ts"),
      "tsconfig.json": { files: [], references: [{ path: "./tsconfig.app.json" }] },
      "tsconfig.app.json": {
        extends: "./tsconfig.app.json",
        compilerOptions: { paths: { "~/*": ["./src/*"] } },
      },
    });
    expect(ask("src/b.ts", "~/a")).toBe("src/a.ts");
  });

  test("broken configurations are as if they were not there", () => {
    const ask = repository({ ...empty("src/a.ts", "b.ts"), "tsconfig.json": "{ paths", "package.json": "[" });
    expect(ask("b.ts", "./src/a")).toBe("src/a.ts");
    expect(ask("b.ts", "@/a")).toBe("src/a.ts");
    expect(ask("b.ts", "__proto__")).toBe("external __proto__");
  });
});
