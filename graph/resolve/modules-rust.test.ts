import { expect, test } from "vitest";
import { rustModules } from "./modules-rust.ts";

const find = rustModules(
  [
    "app/src/main.rs",
    "app/src/lib.rs",
    "app/src/a.rs",
    "app/src/a/b.rs",
    "app/src/c/mod.rs",
    "app/src/c/d.rs",
    "app/src/bin/tool.rs",
    "app/tests/it.rs",
    "app/tests/common/mod.rs",
    "my-lib/source/root.rs",
    "my-lib/source/x.rs",
  ],
  new Map([
    ["Cargo.toml", '[workspace]\nmembers = ["app", "my-lib"]\n'],
    ["app/Cargo.toml", '[package]\nname = "app"\n[dependencies]\nname = "no"\n'],
    ["my-lib/Cargo.toml", '[package]\nname = "my-lib"\n\n[lib]\npath = "source/root.rs"\n'],
  ]),
);

test.each([
  ["app/src/a.rs", "crate", ["app/src/lib.rs", "app/src/main.rs"]],
  ["app/src/main.rs", "crate", ["app/src/main.rs"]],
  ["app/src/main.rs", "self::a", ["app/src/a.rs"]],
  ["app/src/a.rs", "self::b", ["app/src/a/b.rs"]],
  ["app/src/c/mod.rs", "self::d", ["app/src/c/d.rs"]],
  ["app/src/a/b.rs", "super", ["app/src/a.rs"]],
  ["app/src/c/d.rs", "super", ["app/src/c/mod.rs"]],
  ["app/src/c/mod.rs", "super", ["app/src/lib.rs", "app/src/main.rs"]],
  ["app/src/c/d.rs", "super::super::a", ["app/src/a.rs"]],
  ["app/src/c/d.rs", "crate::a::b::Thing::new", ["app/src/a/b.rs"]],
  ["app/src/bin/tool.rs", "app::a", ["app/src/a.rs"]],
  ["app/src/bin/tool.rs", "my_lib::x", ["my-lib/source/x.rs"]],
  ["app/tests/it.rs", "self::common", ["app/tests/common/mod.rs"]],
  ["app/src/lib.rs", "c::d", ["app/src/c/d.rs"]],
])("in %s, %s", (from, specifier, paths) => {
  expect(find(from, specifier)).toEqual({ paths });
});

test.each(["std::fmt", "serde", "self::missing", "my-lib", ""])("%s is outside or nothing", (specifier) => {
  const found = find("my-lib/source/x.rs", specifier);
  expect(found?.paths ?? []).toEqual([]);
});
