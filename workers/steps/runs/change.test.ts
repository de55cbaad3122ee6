/** What of an agent's change is taken, and in which words it is refused. */
import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { type Sandbox, SandboxError } from "../../providers/sandbox/index.ts";
import { formsOf } from "../redact.ts";
import { takeChange } from "./change.ts";

const SECRET = "sk-ant-0123456789";
const FORMS = formsOf([SECRET]);

type File = { path: string; text: string | null; mode?: string; read?: string | SandboxError };

/** A sandbox in which git lists these files; `read` is what lies there by the time that it is read. */
function sandboxWith(files: readonly File[], leftOut: readonly string[] = [], odd = ""): Sandbox {
  const raw = files.map(({ path, text, mode = "100644" }) => {
    const after = text === null ? `000000 0 ${"0".repeat(40)} D` : `${mode} 0 ${idOf(text)} M`;
    const [to, , sha, status] = after.split(" ");
    return `:100644 ${to} ${"1".repeat(40)} ${sha} ${status}\0${path}\0`;
  });
  const printed = (key: string) => {
    const blob = files.find(({ text }) => text !== null && key === `git.blob.${idOf(text)}`);
    if (blob !== undefined) return Buffer.from(blob.text ?? "").toString("base64");
    if (key === "git.changes") return Buffer.from(raw.join("")).toString("base64");
    if (key === "git.settle") return `odd:${btoa(odd)}\n`;
    return key === "git.left-out" ? leftOut.map((name) => `${name}\n`).join("") : "";
  };
  return {
    startExec: async () => {},
    readExec: async (key: string) => ({
      ...{ end: "exited", exit_code: 0, output: printed(key), next: 0, total: 0 },
    }),
    readBytes: async (path: string) => {
      const { text = "", read = text ?? "" } = files.find((file) => file.path === path) ?? {};
      if (read instanceof SandboxError) throw read;
      return new TextEncoder().encode(read);
    },
  } as unknown as Sandbox;
}

function idOf(text: string): string {
  return createHash("sha1")
    .update(`blob ${Buffer.byteLength(text)}\0${text}`)
    .digest("hex");
}

async function take(files: readonly File[], leftOut: readonly string[] = [], odd = "") {
  const said: string[] = [];
  const log = { say: async (line: string) => void said.push(line) } as never;
  const taken = await takeChange({ sandbox: sandboxWith(files, leftOut, odd), log }, "a".repeat(40), FORMS);
  return { taken, said };
}

test("files are taken with their modes, links by where they lead, and what is gone as gone", async () => {
  const { taken, said } = await take([
    { path: "a.txt", text: "ü\r\n" },
    { path: "link", text: "a.txt", mode: "120000", read: "what lies there" },
    // A secret that was in the repository may be taken out of it.
    { path: `${SECRET}.txt`, text: null },
  ]);
  expect(taken).toEqual({
    files: [
      { path: "a.txt", mode: "100644", content: new TextEncoder().encode("ü\r\n") },
      { path: "link", mode: "120000", content: new TextEncoder().encode("a.txt") },
      { path: `${SECRET}.txt`, mode: "100644", content: null },
    ],
  });
  expect(said).toEqual([]);
});

const SIZE = 'Cannot read "big.bin": file is 30000000 bytes, limit is 20971520';

test.each<[string, File, string, string]>([
  ["a secret in a file", { path: "a", text: `x${SECRET}` }, "secret_in_change", "into a: nothing"],
  ["a secret in a name", { path: `${SECRET}/a`, text: "x" }, "secret_in_change", "into ***/a: nothing"],
  [
    "a secret in a link",
    { path: "link", text: `/${SECRET}`, mode: "120000" },
    "secret_in_change",
    "into link: nothing",
  ],
  [
    "a secret in a workflow's name",
    { path: `.github/workflows/${SECRET}.yml`, text: "x" },
    "workflow_changed",
    "changed .github/workflows/***.yml:",
  ],
  ["a name that holds a line's end", { path: `${SECRET}\n`, text: "x" }, "agent_failed", '"***\\n" holds'],
  [
    "a file above the host's limit",
    { path: "big.bin", text: "x", read: new SandboxError("too_large", SIZE) },
    "agent_failed",
    `The agent's change is not taken: ${SIZE}`,
  ],
  [
    "a file that changes still",
    { path: "a", text: "x", read: "y" },
    "agent_failed",
    "a changed while it was read",
  ],
])("%s is refused in words that hold no secret", async (_, file, code, words) => {
  const { taken } = await take([file]);
  expect(taken).toMatchObject({ refused: { code, message: expect.stringContaining(words) } });
  expect(JSON.stringify(taken)).not.toContain(SECRET);
});

test("more files than are taken are refused in a sentence", async () => {
  const files = (count: number) =>
    Array.from({ length: count }, (_, nth) => ({ path: `f${nth}`, text: null }));
  expect((await take(files(2_000))).taken).toMatchObject({ files: { length: 2_000 } });
  const message = "The agent's change touches more than 2000 files: so many are not taken";
  expect((await take(files(2_001))).taken).toEqual({ refused: { code: "agent_failed", message } });
});

test("a file in whose place a pipe lay is named; one that nobody had is no matter", async () => {
  const gone = { path: ".gitignore", text: null };
  const message = "The agent's change is not taken: .gitignore is no file, folder or link any more";
  expect((await take([gone], [], "tmp/s\0.gitignore\0")).taken).toEqual({
    refused: { code: "agent_failed", message },
  });
  expect((await take([gone], [], "tmp/s\0")).taken).toMatchObject({ files: [{ path: ".gitignore" }] });
});

test("what is left out is said, five names of it, without secrets", async () => {
  const names = ["node_modules/", `${SECRET}.pyc`, "c.pyc", "d.pyc", "e.pyc", "f.pyc", "g.pyc"];
  expect((await take([], names)).said).toEqual([
    "# left out of the change: node_modules/, ***.pyc, c.pyc, d.pyc, e.pyc and 2 more",
  ]);
});
