import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { AVAILABLE, archiveOf, callRunner, folder, tarOf } from "./testing.ts";

const SETUP = `
mkdir -p node_modules/pkg/bin empty src/generated "$HOME/.cache/deep"
echo dep > node_modules/pkg/index.js; echo tool > node_modules/pkg/bin/tool; chmod 755 node_modules/pkg/bin/tool
ln -s pkg/bin/tool node_modules/tool; ln -s /usr/bin/env node_modules/outside
ln node_modules/pkg/index.js node_modules/hard.js
echo made > src/generated/made.txt; echo cached > "$HOME/.cache/deep/x"; chmod 555 "$HOME/.cache/deep"
echo changed >> src/old.txt; rm src/dropped.txt; mkfifo pipe; printf odd > "$(printf 'na\\nme \\377')"
`;

describe.each(AVAILABLE)("snapshot under %s", (isolation) => {
  test("it holds what setup added, and neither untouched nor deleted source comes back", async () => {
    const caller = await callRunner({ isolation });
    const [first, second] = [caller.sandbox("first"), caller.sandbox("second")];
    await first.create();
    await first.archive(
      archiveOf({ "src/old.txt": "old\n", "src/kept.txt": "kept\n", "src/dropped.txt": "d\n" }),
    );
    expect(await first.run(SETUP)).toMatchObject({ exit_code: 0, output: "" });
    const { status, headers, bytes } = await download(first);
    expect(status).toBe(200);
    expect(Number(headers.get("content-length"))).toBe(bytes.length);

    await second.create();
    expect((await second.call("PUT", "/snapshot", bytes)).status).toBe(200);
    expect((await second.run("ls -A; ls -A src")).output).not.toMatch(/old|kept|dropped/);
    await second.archive(archiveOf({ "src/kept.txt": "new\n", "src/new.txt": "new\n" }));
    const { output } = await second.run(
      `ls src; cat src/kept.txt src/generated/made.txt node_modules/tool node_modules/hard.js "$HOME/.cache/deep/x"
       readlink node_modules/outside; test -x node_modules/pkg/bin/tool; echo $?; ls -d empty; cat na*; test -e pipe; echo $?`,
    );
    expect(output).toBe(
      "generated\nkept.txt\nnew.txt\nnew\nmade\ntool\ndep\ncached\n/usr/bin/env\n0\nempty\nodd1\n",
    );
  });

  test("source may replace what a snapshot brought: a file for a folder, a folder for a link", async () => {
    const caller = await callRunner({ isolation });
    const [first, second] = [caller.sandbox("first"), caller.sandbox("second")];
    await first.create();
    await first.run(
      "mkdir -p was-folder/deep; touch was-folder/deep/x; ln -s /tmp was-link; echo f > was-file",
    );
    const { bytes } = await download(first);
    await second.create();
    await second.call("PUT", "/snapshot", bytes);
    const source = archiveOf({ "was-folder": "now a file", "was-link/a": "a", "was-file/b": "b" });
    const laid = await second.archive(source);
    expect(laid.status, laid.text).toBe(200);
    const { output } = await second.run(
      "cat was-folder was-link/a was-file/b; test -h was-link; echo $?; ls /tmp/a",
    );
    expect(output).toMatch(/^now a fileab1\n/);
    expect(output).not.toMatch(/^\/tmp\/a$/m);
  });

  test("a sandbox in which nothing was done has an empty one, which can be restored", async () => {
    const caller = await callRunner({ isolation });
    const [first, second] = [caller.sandbox("first"), caller.sandbox("second")];
    await first.create();
    await second.create();
    const { bytes } = await download(first);
    expect((await second.call("PUT", "/snapshot", bytes)).json).toMatchObject({ files: 0 });
  });

  test("an archive that is no snapshot is refused, and none is taken from under a running command", async () => {
    const sandbox = (await callRunner({ isolation })).sandbox("s");
    await sandbox.create();
    const strange = await sandbox.call("PUT", "/snapshot", archiveOf({ "own/x": "x", "home/y": "y" }));
    expect(strange).toMatchObject({ status: 400, json: { code: "bad_request" } });
    const from = folder();
    mkdirSync(join(from, "home"));
    execFileSync("mkfifo", [join(from, "home/pipe")]);
    expect((await sandbox.call("PUT", "/snapshot", tarOf(from))).status).toBe(400);
    expect((await sandbox.run('ls -A "$HOME"')).output).toBe("");
    await sandbox.start("long", "sleep 60");
    expect(await sandbox.call("GET", "/snapshot")).toMatchObject({ status: 409, json: { code: "conflict" } });
  });
});

type Caller = Awaited<ReturnType<typeof callRunner>>;

async function download(sandbox: ReturnType<Caller["sandbox"]>) {
  const response = await fetch(`${sandbox.url}/snapshot`, { headers: sandbox.authorised });
  const bytes = new Uint8Array(await response.arrayBuffer());
  return { status: response.status, headers: response.headers, bytes };
}
