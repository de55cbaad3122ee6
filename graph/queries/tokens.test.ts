import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import {
  ENCODINGS,
  type EncodingModule,
  encodingOf,
  estimate,
  type LoadEncoding,
  tokenizerFor,
} from "./tokens.ts";

const load: LoadEncoding = (name): Promise<EncodingModule> =>
  name === "o200k_base"
    ? import("gpt-tokenizer/encoding/o200k_base")
    : import("gpt-tokenizer/encoding/cl100k_base");

test.each([
  ["gpt-4o-mini", "o200k_base"],
  ["gpt-4.1-nano", "o200k_base"],
  ["openai/gpt-5.1", "o200k_base"],
  ["GPT-5-codex", "o200k_base"],
  ["o3-mini", "o200k_base"],
  ["o1", "o200k_base"],
  ["gpt-4", "cl100k_base"],
  ["gpt-4-turbo-2024-04-09", "cl100k_base"],
  ["gpt-3.5-turbo", "cl100k_base"],
  ["claude-sonnet-4-5", undefined],
  ["gemini-2.5-pro", undefined],
  ["", undefined],
])("encodingOf(%j) is %s", (model, encoding) => expect(encodingOf(model)).toBe(encoding));

test("tokenizerFor() says what counts: the model's encoding, or the estimate", async () => {
  expect((await tokenizerFor("gpt-4o", load)).name).toBe("o200k_base");
  expect((await tokenizerFor("gpt-4", load)).name).toBe("cl100k_base");
  expect((await tokenizerFor("claude-opus-4", load)).name).toBe("estimate");
  expect((await tokenizerFor("gpt-4o")).name).toBe("estimate");
  expect((await tokenizerFor(undefined, load)).name).toBe("estimate");
});

test("tokenizerFor() loads one encoding, and none for a model without", async () => {
  const loaded: string[] = [];
  const watched: LoadEncoding = (name) => {
    loaded.push(name);
    return load(name);
  };
  await tokenizerFor("claude-opus-4", watched);
  await tokenizerFor("o3", watched);
  expect(loaded).toEqual(["o200k_base"]);
});

test("count() gives known numbers, and takes special tokens for the text that they are in a source", async () => {
  const tokenizer = await tokenizerFor("gpt-4o", load);
  expect(tokenizer.count("")).toBe(0);
  expect(tokenizer.count("hello world")).toBe(2);
  expect(tokenizer.count("<|endoftext|>")).toBeGreaterThan(1);
});

test("count() takes every byte of an endless run for a token, in time that grows with its length", async () => {
  const tokenizer = await tokenizerFor("gpt-4o", load);
  expect(tokenizer.count(`a ${"xy".repeat(100_000)} b`)).toBeGreaterThanOrEqual(200_000);
  expect(tokenizer.count("é".repeat(5_000))).toBe(10_000);
});

const SAMPLES = [
  "graph/tree.ts",
  "graph/store.ts",
  "models/graph.ts",
  "package.json",
  "README.md",
  "lock.mjs",
  "biome.json",
];

test.each(ENCODINGS)("estimate is never below %s on code, documents and lock files", async (encoding) => {
  const real = await tokenizerFor(encoding, load);
  for (const path of SAMPLES) {
    const text = readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");
    for (const passage of text.match(/(?:.*\n){1,10}/g) ?? []) {
      expect(estimate.count(passage), `${path}: ${passage}`).toBeGreaterThanOrEqual(real.count(passage));
    }
    expect(estimate.count(text) / real.count(text), path).toBeLessThan(2.2);
  }
});

test.each([
  ["", 0],
  ["a", 1],
  ["abcd", 1],
  ["abcde", 2],
  ["getUser", 2],
  ["one two", 2],
  ["1234", 2],
  ["f(x)", 4],
  ["a  b", 3],
  ["é", 2],
  ["語", 3],
])("estimate.count(%j) is %i", (text, tokens) => expect(estimate.count(text)).toBe(tokens));

test("estimate is never below the encodings on what is not English", async () => {
  const real = await Promise.all(ENCODINGS.map((name) => tokenizerFor(name, load)));
  for (const text of [
    "👩‍👩‍👧‍👦🎉",
    "こんにちは世界",
    "Привет, мир",
    "مرحبا",
    "\ud800 alone",
    "a\u0000b",
    "     \n\t\n   x",
  ]) {
    for (const tokenizer of real)
      expect(estimate.count(text), text).toBeGreaterThanOrEqual(tokenizer.count(text));
  }
});
