/** A secret's value in what people say, however it is written, is told by its name. */
import { Buffer } from "node:buffer";
import { expect, test } from "vitest";
import { nameOf } from "./told-secret.ts";

const known = [
  { name: "OLD", value: "sk-retired-0123456789" },
  { name: "SEC", value: "sk-live-9876543210" },
  { name: "CERT", value: "-----BEGIN-----\nMIIEpAIBAAKCAQEA7\n-----END-----" },
  { name: "EMPTY", value: "a" },
];

test.each([
  ["plainly", "SEC", "Call the API with sk-live-9876543210"],
  ["as a value that was replaced", "OLD", "Stop using sk-retired-0123456789, please"],
  ["as one line of it", "CERT", "Put MIIEpAIBAAKCAQEA7 into the file"],
  ["in base64", "SEC", `Send ${Buffer.from("key=sk-live-9876543210").toString("base64")}`],
  ["broken into lines", "SEC", "sk-live-98765\n43210"],
])("a value %s", (_, name, text) => {
  expect(nameOf(known, text)).toBe(name);
});

test("a name is no value, and neither is a letter", () => {
  expect(nameOf(known, "Call the API with SEC, and a key like sk-live-")).toBeNull();
  expect(nameOf([], "sk-live-9876543210")).toBeNull();
});

test("what is a setting or a short word may be said", () => {
  const settings = [
    { name: "GOOSE_PROVIDER", value: "anthropic" },
    { name: "GOOSE_MODEL", value: "claude-sonnet-4-5" },
    { name: "NODE_ENV", value: "test" },
  ];
  expect(nameOf(settings, "Ask claude-sonnet-4-5 of anthropic, and add a test")).toBeNull();
  expect(nameOf([{ name: "PASSWORD", value: "hunter2" }], "Log in with hunter2")).toBe("PASSWORD");
});
