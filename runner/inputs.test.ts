import { existsSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { AVAILABLE, archiveOf, callRunner, folder } from "./testing.ts";

const file = (path: string, text: string, mode = "100644") => ({
  path,
  mode,
  base64: Buffer.from(text).toString("base64"),
});

describe.each(AVAILABLE)("inputs under %s", (isolation) => {
  const fresh = async () => {
    const sandbox = (await callRunner({ isolation })).sandbox("s");
    await sandbox.create();
    return { ...sandbox, lay: (...files: object[]) => sandbox.call("PUT", "/inputs", { files }) };
  };

  test("lie in the home, with their mode, for the commands to read and to write", async () => {
    const sandbox = await fresh();
    const answer = await sandbox.lay(
      file("prompt.md", "Say ü.\n"),
      file("images/a b.png", "\0png"),
      file("bin/run.sh", "#!/bin/sh\necho ran\n", "100755"),
    );
    expect(answer).toMatchObject({ status: 204, text: "" });
    const command = 'cd "$HOME/.tidegate" && cat prompt.md && bin/run.sh && wc -c < "images/a b.png"';
    expect((await sandbox.run(command)).output).toBe("Say ü.\nran\n4\n");
    const write = 'cd "$HOME/.tidegate" && touch new images/new && echo more >> prompt.md && rm -r bin';
    expect(await sandbox.run(write)).toMatchObject({ exit_code: 0 });
  });

  test("take the place of those before, whatever a command made of them", async () => {
    const sandbox = await fresh();
    const outside = folder();
    await sandbox.lay(file("old.md", "old"), file("same.md", "old"));
    await sandbox.lay(file("same.md", "new"));
    expect((await sandbox.run('cd "$HOME/.tidegate" && ls && cat same.md')).output).toBe("same.md\nnew");
    await sandbox.run(`cd "$HOME" && rm -r .tidegate && ln -s ${outside} .tidegate`);
    expect((await sandbox.lay(file("same.md", "newest"))).status).toBe(204);
    expect(existsSync(join(outside, "same.md"))).toBe(false);
    await sandbox.run('cd "$HOME/.tidegate" && mkdir -p a/b && touch a/b/c && chmod 000 a/b a');
    expect((await sandbox.lay(file("last.md", "last"))).status).toBe(204);
    expect((await sandbox.run('ls -A "$HOME/.tidegate"')).output).toBe("last.md\n");
  });

  test("are no part of the source, nor of a snapshot", async () => {
    const sandbox = await fresh();
    const source = archiveOf({ "a.txt": "a" });
    const before = (await sandbox.archive(source)).json;
    await sandbox.lay(file("prompt.md", "a prompt that stays here"));
    expect((await sandbox.archive(source)).json).toEqual(before);
    expect((await sandbox.file(".tidegate/prompt.md")).status).toBe(404);
    await sandbox.run('touch "$HOME/cache"');
    const answer = await fetch(`${sandbox.url}/snapshot`, { headers: sandbox.authorised });
    const packed = gunzipSync(Buffer.from(await answer.arrayBuffer())).toString("latin1");
    expect(packed).toContain("home/cache");
    expect(packed).not.toMatch(/prompt/);
  });

  test("are refused when they would lie elsewhere, and then nothing is laid", async () => {
    const sandbox = await fresh();
    await sandbox.lay(file("kept.md", "kept"));
    for (const path of ["../x", "/etc/x", "a/../../x", "a//x", ".git/config", "a/./x", "", "a\0b"]) {
      expect((await sandbox.lay(file("fine.md", "x"), file(path, "x"))).status, path).toBe(400);
    }
    expect((await sandbox.lay(file("link", "/etc/passwd", "120000"))).status).toBe(400);
    expect((await sandbox.lay()).status).toBe(400);
    expect((await sandbox.run('ls -A "$HOME/.tidegate" "$HOME"')).output).not.toMatch(/fine|link|x$/m);
    await sandbox.start("long", "sleep 100");
    expect(await sandbox.lay(file("a.md", "x"))).toMatchObject({ status: 409, json: { code: "conflict" } });
    expect((await sandbox.run('cat "$HOME/.tidegate/kept.md"')).output).toBe("kept");
  });

  test("a binary file of the workspace comes back byte for byte", async () => {
    const sandbox = await fresh();
    const bytes = Buffer.from(Array.from({ length: 70_000 }, (_, index) => (index * 7 + (index >> 8)) % 256));
    const picture = { path: "p.png", mode: "100644", base64: bytes.toString("base64") };
    await sandbox.call("PUT", "/sources", { files: [picture] });
    const answer = await fetch(`${sandbox.url}/files?path=p.png`, { headers: sandbox.authorised });
    expect(Buffer.from(await answer.arrayBuffer()).equals(bytes)).toBe(true);
    expect(answer.headers.get("content-type")).toBe("application/octet-stream");
  });
});
