/** What a Worker refuses to start with. */
import { expect, test } from "vitest";
import { varsOf } from "./vars.ts";

const GOOD = {
  ENVIRONMENT: "production",
  PUBLIC_URL: "https://tidegate.example.com",
  PREVIEW_ORIGIN: "https://preview.example.com",
  GITHUB_API_URL: "https://api.github.com",
  GITHUB_TOKEN: "token",
  SESSION_SECRET: "x".repeat(32),
  SECRETS_KEY: Buffer.alloc(32).toString("base64"),
  RUNNER_TOKEN: "x".repeat(16),
};

test.each([
  ["GITHUB_API_URL", "http://localhost:8700/api/v3"],
  ["GITHUB_API_URL", "http://127.0.0.1:8700"],
  ["GITHUB_API_URL", "http://127.1.2.3"],
  ["GITHUB_API_URL", "http://[::1]:8700"],
  ["GITHUB_API_URL", "http://0x7f.1:8700"],
  ["CODEGEN_API_URL", "http://localhost:8701"],
  ["CODEGEN_API_URL", "http://codegen.localhost"],
  ["RUNNER_URL", "http://127.0.0.1:8702"],
])("production refuses a rehearsal's %s, %s", (name, value) => {
  expect(() => varsOf({ ...GOOD, [name]: value })).toThrow(`Cannot start: ${name} is a rehearsal's`);
  expect(varsOf({ ...GOOD, [name]: value, ENVIRONMENT: "development" })).toHaveProperty(name, value);
});

test("production writes no faster than GitHub wants", () => {
  expect(() => varsOf({ ...GOOD, GITHUB_WRITES_APART_MS: "10" })).toThrow(
    "GITHUB_WRITES_APART_MS must be at least",
  );
});

test.each([
  {},
  { GITHUB_API_URL: "https://github.shop.test/api/v3" },
  { RUNNER_URL: "https://runner.shop.test" },
  { RUNNER_URL: "" },
])("production starts with %j", (changes) => {
  expect(varsOf({ ...GOOD, ...changes })).toMatchObject({ ENVIRONMENT: "production" });
});
