/** Which Tidegate and which project a command speaks to, as a person starts it. */
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { useCommand } from "./command.fixture.ts";
import { project, run, TOKEN } from "./tidegate.fixture.ts";

const { base, stage, tidegate } = useCommand();

describe("which server and which project", () => {
  test("a server or token that is missing or wrong is said, and where to get one", async () => {
    const missing = await tidegate(["runs"], { env: { TIDEGATE_TOKEN: "" } });
    expect([missing.code, missing.stderr]).toEqual([2, expect.stringContaining("TIDEGATE_TOKEN")]);
    const wrong = await tidegate(["runs", "--token", "an-older-one"]);
    expect([wrong.code, wrong.stderr]).toEqual([
      2,
      expect.stringMatching(/does not accept this token.*npm start/s),
    ]);
    const nobody = await tidegate(["runs", "--server", "http://127.0.0.1:9"]);
    expect([nobody.code, nobody.stderr]).toEqual([4, "Cannot reach http://127.0.0.1:9: is it running?\n"]);
    expect((await tidegate(["runs", "--server", "localhost:1"])).code).toBe(2);
    for (const { stdout, stderr } of [missing, wrong, nobody])
      expect(stdout + stderr).not.toMatch(/an-older-one/);
  });

  test("help says how commands end that ask a server", async () => {
    for (const words of [["run"], ["runs"], ["runs", "plan"], ["agents"]]) {
      const { stdout } = await tidegate([...words, "--help"]);
      expect(stdout).toMatch(/Exit codes: 0 .*1 .*2 .*3 .*4 .*409.*130 Ctrl\+C/s);
    }
  });

  test("help does not show the token of the environment", async () => {
    const { stdout } = await tidegate(["run", "--help"]);
    expect([stdout.includes("--token"), stdout.includes(TOKEN)]).toEqual([true, false]);
  });

  test("the folder's remote says which project of several, or a person does", async () => {
    stage.small.projects = [project("other", "team/other"), project("shop", "Team/Shop")];
    const unsaid = await tidegate(["runs"]);
    expect([unsaid.code, unsaid.stderr]).toEqual([2, expect.stringContaining("shop  Team/Shop")]);
    expect((await tidegate(["runs", "--project", "team/SHOP"])).code).toBe(0);
    expect((await tidegate(["runs", "--project", "nowhere"])).code).toBe(3);
    execFileSync("git", ["init", "-q", base]);
    execFileSync("git", ["-C", base, "remote", "add", "origin", "git@github.test:team/shop.git"]);
    const { code } = await tidegate(["runs"]);
    rmSync(join(base, ".git"), { recursive: true });
    expect(code).toBe(0);
  });

  test("the token is written to no file", async () => {
    stage.small.run = run({ phase: "completed", status: "completed" });
    await tidegate(["run", "Count"]);
    const files = readdirSync(join(base, "home"), { recursive: true, withFileTypes: true }).filter((one) =>
      one.isFile(),
    );
    for (const { parentPath, name } of files)
      expect(readFileSync(join(parentPath, name), "latin1")).not.toContain(TOKEN);
  });
});
