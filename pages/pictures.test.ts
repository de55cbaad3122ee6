import { expect, test } from "vitest";
import { sorted } from "./pictures.ts";

const file = (name: string, type = "image/png", size = 1_000) => ({ name, type, size });

test("sorted() takes images, and says of every other file why it is not taken", () => {
  const files = [
    file("a.png"),
    file("b.svg", "image/svg+xml"),
    file("c.png", "image/png", 5 * 1024 ** 2 + 1),
    file("d.gif", "image/gif", 0),
    file("e.webp", "image/webp", 5 * 1024 ** 2),
  ];
  const { taken, refused } = sorted(files, 0);
  expect(taken.map((one) => one.name)).toEqual(["a.png", "e.webp"]);
  expect(refused).toEqual([
    "b.svg: is no PNG, JPEG, GIF or WebP image",
    "c.png: is larger than 5 MB (5.0 MB)",
    "d.gif: is empty",
  ]);
});

test("sorted() takes five in all, those that are there included", () => {
  const { taken, refused } = sorted([file("a"), file("b"), file("c")], 3);
  expect(taken).toHaveLength(2);
  expect(refused).toEqual(["c: is one too many: at most 5 images go with a goal"]);
});
