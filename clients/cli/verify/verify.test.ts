/** The command as a person starts it: files, a clone, and how it ends. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Statement } from "../../../models/attestation.ts";
import { useCommand } from "../runs/command.fixture.ts";
import { verifyCommit } from "./commit.ts";
import { chain, enveloped, exported, RECORDS, signer, statement } from "./signed.fixture.ts";

const { base, tidegate } = useCommand();
const clone = mkdtempSync(join(tmpdir(), "tidegate-verify-"));
afterAll(() => rmSync(clone, { recursive: true, force: true }));

function git(...args: string[]): string {
  const who = ["-c", "user.name=t", "-c", "user.email=t@t.test", "-c", "commit.gpgsign=false"];
  return execFileSync("git", ["-C", clone, ...who, ...args], { encoding: "utf8" }).trim();
}

function commit(name: string): string {
  writeFileSync(join(clone, name), `${name}\n`);
  git("add", ".");
  git("commit", "-qm", name);
  return git("rev-parse", "HEAD");
}

/** The same head merged into a base that stood still, into one that moved, and squashed onto each. */
const commits = { head: "", still: "", moved: "", squash: "", stale: "" };
beforeAll(() => {
  git("init", "-q", "-b", "main");
  const root = commit("root");
  git("checkout", "-qb", "change");
  commits.head = commit("change");
  git("checkout", "-q", "main");
  git("merge", "-q", "--no-ff", "-m", "merge", "change");
  commits.still = git("rev-parse", "HEAD");
  git("checkout", "-q", root);
  git("merge", "-q", "--squash", "change");
  git("commit", "-qm", "squash");
  commits.squash = git("rev-parse", "HEAD");
  git("checkout", "-q", root);
  const moved = commit("other");
  git("merge", "-q", "--no-ff", "-m", "merge", "change");
  commits.moved = git("rev-parse", "HEAD");
  git("checkout", "-q", moved);
  git("merge", "-q", "--squash", "change");
  git("commit", "-qm", "squash");
  commits.stale = git("rev-parse", "HEAD");
});

async function ofHead(part: Partial<Statement["predicate"]> = {}): Promise<Statement> {
  const made = await statement();
  const tree_sha = git("rev-parse", `${commits.head}^{tree}`);
  return { ...made, predicate: { ...made.predicate, head_sha: commits.head, tree_sha, ...part } };
}

test.each<[keyof typeof commits | "nowhere", string[], string]>([
  ["head", ["ok", "ok"], "has the tested tree"],
  ["still", ["ok", "ok"], "has the tested tree"],
  ["squash", ["ok", "ok"], "has the tested tree"],
  ["moved", ["ok", "unchecked"], "the base had moved and the result itself was not tested"],
  ["stale", ["ok", "failed"], "neither the tested tree nor is it a merge of the tested head"],
  ["nowhere", ["ok", "failed"], "is not in"],
])("what landed as %s", async (name, states, says) => {
  const sha = name === "nowhere" ? "0".repeat(40) : commits[name];
  const checks = await verifyCommit(await ofHead(), clone, sha);
  expect([checks.map(({ state }) => state), checks.at(-1)?.says]).toEqual([
    states,
    expect.stringContaining(says),
  ]);
});

test("a head that is not there is missed, unless what landed has its tree", async () => {
  const made = await ofHead({ head_sha: "1".repeat(40) });
  const states = async (sha: string | null) =>
    (await verifyCommit(made, clone, sha)).map(({ state }) => state);
  expect(await states(null)).toEqual(["failed"]);
  expect(await states(commits.squash)).toEqual(["unchecked", "ok"]);
  expect(await states("main")).toEqual(["unchecked", "failed"]);
});

test("another tree under the head's name, as git's replacements show it, deceives nobody", async () => {
  git("replace", commits.head, commits.stale);
  try {
    expect(git("rev-parse", `${commits.head}^{tree}`)).toBe(git("rev-parse", `${commits.stale}^{tree}`));
    const checks = await verifyCommit(
      await ofHead({ tree_sha: git("rev-parse", `${commits.stale}^{tree}`) }),
      clone,
      null,
    );
    expect(checks).toMatchObject([{ state: "failed" }]);
  } finally {
    git("replace", "-d", commits.head);
  }
});

test("the command: verified, tampered with, without a key, with other evidence, wrong use", async () => {
  const by = await signer();
  const at = (name: string, content: string) => {
    writeFileSync(join(base, name), content);
    return name;
  };
  const file = at("attestation.json", JSON.stringify(await enveloped(by, await statement())));
  const key = at("key", by.public_key);
  const evidence = at("evidence.json", JSON.stringify(RECORDS));
  const offline = { env: { TIDEGATE_URL: "", TIDEGATE_TOKEN: "" } };

  const whole = await tidegate(["verify", file, "--key", key, "--evidence", evidence], offline);
  expect([whole.code, whole.stderr]).toEqual([0, ""]);
  expect(whole.stdout).toMatch(
    /ok +Key .* signed it.*evidence of test is the one.*not checked +What landed.*Verified/s,
  );
  const piped = await tidegate(["verify", "-", "--key", key, "--json"], {
    ...offline,
    input: readFileSync(join(base, file), "utf8"),
  });
  expect([piped.code, JSON.parse(piped.stdout)]).toEqual([0, expect.objectContaining({ verified: true })]);

  const text = readFileSync(join(base, file), "utf8");
  const changed = at(
    "changed.json",
    text.replace(/"payload":"(.)/, (_, one) => `"payload":"${one === "e" ? "f" : "e"}`),
  );
  const other = at("other.json", JSON.stringify(RECORDS.slice(1)));
  for (const args of [
    [file],
    [changed, "--key", key],
    [file, "--key", key, "--evidence", other],
    [file, "--key", key, "--repo-dir", clone],
  ]) {
    const { code, stdout } = await tidegate(["verify", ...args], offline);
    expect([args, code, stdout]).toEqual([args, 1, expect.stringMatching(/FAILED.*NOT verified/s)]);
  }
  expect((await tidegate(["verify"], offline)).code).toBe(2);
  expect((await tidegate(["verify", file, "--commit", commits.head, "--key", key], offline)).code).toBe(2);
  expect((await tidegate(["verify", file, "--key", "nowhere"], offline)).code).toBe(3);
  expect((await tidegate(["verify", "shop.7.aaaaaaaaaaaa.1"], offline)).code).toBe(2);

  const audit = at("audit.ndjson", await exported(chain("project.pin", "merge.merged"), by));
  expect((await tidegate(["verify", "--audit", audit, "--key", key], offline)).code).toBe(0);
  const cut = at("cut.ndjson", readFileSync(join(base, audit), "utf8").split("\n").slice(1).join("\n"));
  expect(await tidegate(["verify", "--audit", cut, "--key", key], offline)).toMatchObject({ code: 0 });
  const torn = at(
    "torn.ndjson",
    readFileSync(join(base, audit), "utf8").split("\n").toSpliced(1, 1).join("\n"),
  );
  expect(await tidegate(["verify", "--audit", torn, "--key", key], offline)).toMatchObject({ code: 1 });
});
