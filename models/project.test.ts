/** What a project may be told. */
import { expect, test } from "vitest";
import { ProjectSettings } from "./project.ts";

const takes = (path: string) => ProjectSettings.partial().safeParse({ path }).success;

test("a project's folder is one inside the repository", () => {
  expect(
    ["", "shop", "apps/shop", "apps/my shop", ".github", "a.b/c..d"].filter((path) => !takes(path)),
  ).toEqual([]);
  const wrong = [
    "/",
    "/shop",
    "shop/",
    "a//b",
    ".",
    "..",
    "../x",
    "a/../b",
    "a/./b",
    ".git",
    "a/.GIT",
    "a\\b",
    "a\nb",
    "a\0",
  ];
  expect(wrong.filter(takes)).toEqual([]);
});
