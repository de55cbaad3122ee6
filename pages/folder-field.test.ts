import { expect, test } from "vitest";
import { ProjectSettings } from "../models/project.ts";
import { folderOf } from "./folder-field.tsx";

test.each([
  ["packages/shop/", "packages/shop"],
  ["/packages/shop", "packages/shop"],
  ["./packages/shop//", "packages/shop"],
  [" .hidden/it ", ".hidden/it"],
  ["/", ""],
  ["./", ""],
  [".", ""],
])("a folder typed as %j is %j", (typed, folder) => {
  expect(folderOf(typed)).toBe(folder);
  expect(ProjectSettings.shape.path.parse(folder)).toBe(folder);
});

test("what leads elsewhere is left to be refused", () => {
  expect(folderOf("../other")).toBe("../other");
  expect(ProjectSettings.shape.path.safeParse("../other").success).toBe(false);
});
