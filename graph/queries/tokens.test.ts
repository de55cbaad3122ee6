import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { randomFrom } from "./random.fixture.ts";
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

const ROOT = new URL("../../", import.meta.url);
const random = randomFrom(7);

/** Passages of 500 to some thousand tokens, put together from whole lines anywhere in files that never change. */
function passages(count: number): string[] {
  const all = ["hono", "zod", "yaml", "preact", "yargs"].flatMap((name) =>
    readdirSync(new URL(`node_modules/${name}`, ROOT), { recursive: true, encoding: "utf8" })
      .filter((path) => /\.(?:[cm]?[jt]sx?|md|json|css|html)$/.test(path) && !path.includes(".min."))
      .map((path) => `node_modules/${name}/${path}`)
      .sort(),
  );
  return Array.from({ length: count }, () => {
    const wanted = 3_000 * 10 ** random();
    let text = "";
    while (text.length < wanted) {
      const lines = readFileSync(
        new URL(all[Math.floor(random() * all.length)] as string, ROOT),
        "utf8",
      ).split("\n");
      const from = Math.floor(random() * lines.length);
      text += `${lines.slice(from, from + 20 + Math.floor(random() * 80)).join("\n")}\n`;
    }
    return text;
  });
}

test("estimate is never below an encoding on whole passages of code, documents and lock files, and near it", async () => {
  const real = await Promise.all(ENCODINGS.map((name) => tokenizerFor(name, load)));
  const ratios = passages(120).map((passage) => {
    const most = Math.max(...real.map((tokenizer) => tokenizer.count(passage)));
    expect(estimate.count(passage), passage).toBeGreaterThanOrEqual(most);
    return estimate.count(passage) / most;
  });
  expect(median(ratios)).toBeLessThan(1.2);
});

test.each([
  [
    "base64",
    () => `${letters(76, [..."ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"])}\n`,
  ],
  ["hex", () => `${letters(64, [..."0123456789abcdef"])}\n`],
  ["numbers", () => `${(random() * 10_000).toFixed(4)}, `],
  ["signs", () => `${letters(6, [..."!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"])} `],
  ["random letters", () => `${letters(9, [..."abcdefghijklmnopqrstuvwxyz"])} `],
  ["Greek", () => `${between(0x3b1, 0x3ca, 7)} `],
  ["Cyrillic", () => `${between(0x430, 0x450, 7)} `],
  ["Arabic", () => `${between(0x621, 0x64b, 6)} `],
  ["Devanagari", () => `${between(0x905, 0x94d, 6)} `],
  ["ideographs", () => `${between(0x4e00, 0x9fa5, 9)}， `],
  ["Hangul", () => `${between(0xac00, 0xd7a3, 4)} `],
  ["pictures", () => String.fromCodePoint(0x1f300 + Math.floor(random() * 1_000))],
  ["control characters", () => `${between(1, 9, 3)} `],
  ["blanks", () => letters(9, [" ", "\t", "\n", "\r\n"])],
])("estimate is not below the encodings on %s", async (_name, piece) => {
  const text = Array.from({ length: 400 }, piece).join("");
  for (const name of ENCODINGS) {
    const real = await tokenizerFor(name, load);
    expect(estimate.count(text), name).toBeGreaterThanOrEqual(real.count(text));
  }
});

test.each([
  ["", 0],
  ["word", 1],
  ["one two", 4],
  ["getUser", 2],
  ["xqzvkw", 8],
  ["1234", 3],
  ["f(x)", 4],
  ["語", 3],
])("estimate.count(%j) is %i", (text, tokens) => expect(estimate.count(text)).toBe(tokens));

test("estimate grows with the text that it is given", () => {
  const text = readFileSync(new URL("graph/tree.ts", ROOT), "utf8");
  let before = 0;
  for (let end = 0; end <= text.length; end += 500) {
    const now = estimate.count(text.slice(0, end));
    expect(now).toBeGreaterThanOrEqual(before);
    before = now;
  }
});

function letters(count: number, alphabet: readonly string[]): string {
  return Array.from({ length: count }, () => alphabet[Math.floor(random() * alphabet.length)]).join("");
}

function between(first: number, end: number, count: number): string {
  return Array.from({ length: count }, () =>
    String.fromCharCode(first + Math.floor(random() * (end - first))),
  ).join("");
}

function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[values.length >> 1] as number;
}
