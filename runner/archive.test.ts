import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { AVAILABLE, archiveOf, callRunner, folder, tarOf, until } from "./testing.ts";

describe.each(AVAILABLE)("archive under %s", (isolation) => {
  const fresh = async (limits = {}) => {
    const caller = await callRunner({ isolation });
    const sandbox = caller.sandbox("s");
    await sandbox.create(limits);
    return { sandbox, caller };
  };

  test("source is laid without its first folder, and its tree is the commit's", async () => {
    const { bytes, tree } = repository();
    const { sandbox } = await fresh();
    const laid = await sandbox.archive(bytes, 1);
    expect(laid).toMatchObject({ status: 200, json: { files: 7, tree_sha: tree } });
    expect((await sandbox.run("./bin/run.sh && cat link && cat 'a b/ü.txt'")).output).toBe(
      "ran\nhello\nhello\n",
    );
    expect((await sandbox.archive(bytes, 1)).json).toMatchObject({ tree_sha: tree });
  });

  test("what lies outside stays as it was, whatever the names say", async () => {
    const outside = folder();
    writeFileSync(join(outside, "kept"), "kept");
    const up = "../".repeat(12);
    const cases: Record<string, Buffer> = {
      "a name with ..": tar([`${up}${outside.slice(1)}/kept`, "evil"]),
      "an absolute name": tar([`${outside}/kept`, "evil"]),
      "a link and a name through it": tar(["door", "", "2", outside], ["door/kept", "evil"]),
      "a relative link and a name through it": tar(
        ["door", "", "2", up + outside.slice(1)],
        ["door/kept", "evil"],
      ),
      "a hard link out and a write to it": tar(["door", "", "1", `${outside}/kept`], ["door", "evil"]),
      "a device": tar(["null", "", "3"]),
      "a pipe": tar(["pipe", "", "6"]),
    };
    for (const [name, bytes] of Object.entries(cases)) {
      const { sandbox } = await fresh();
      const answer = await sandbox.archive(bytes);
      expect(answer, name).toMatchObject({ status: 400, json: { code: "bad_request" } });
      expect(readFileSync(join(outside, "kept"), "utf8"), name).toBe("kept");
      expect((await sandbox.run("ls -A")).output, name).toBe("");
    }
  });

  test("a link that leads out may be laid, and nobody of the host follows it", async () => {
    const from = folder();
    symlinkSync("/etc", join(from, "etc"));
    writeFileSync(join(from, "file"), "x");
    const { sandbox } = await fresh();
    expect((await sandbox.archive(tarOf(from))).status).toBe(200);
    expect((await sandbox.file("etc/passwd")).status).toBe(404);
    expect((await sandbox.archive(archiveOf({ "etc/tidegate-test": "mine" }))).status).toBe(200);
    expect(existsSync("/etc/tidegate-test")).toBe(false);
    expect((await sandbox.file("etc/tidegate-test")).text).toBe("mine");
  });

  test("a bomb is stopped at the limit of the disk", async () => {
    const { sandbox } = await fresh({ disk_mb: 10 });
    const answer = await sandbox.archive(tar(["zeros", Buffer.alloc(60_000_000)]));
    expect(answer).toMatchObject({ status: 413, json: { code: "too_large" } });
    expect((await sandbox.run("ls -A; du -sm .")).output).toMatch(/^0\s|^1\s/);
  });

  test.each([
    ["nothing", Buffer.alloc(0)],
    ["garbage", Buffer.from("this is not an archive at all".repeat(50))],
    ["gzip of garbage", gzipSync(Buffer.from("no tar in here".repeat(100)))],
    ["an archive without files", tar()],
    ["half of one", archiveOfNoise().subarray(0, 30_000)],
  ])("%s is refused with a reason, and nothing is laid", async (_, bytes) => {
    const { sandbox } = await fresh();
    const answer = await sandbox.archive(bytes);
    expect(answer).toMatchObject({ status: 400, json: { code: "bad_request" } });
    expect(answer.text).toMatch(/Cannot (extract|lay) archive: \w/);
    expect((await sandbox.run("ls -A")).output).toBe("");
  });

  test("an upload that breaks off lays nothing, and another may follow", async () => {
    const { sandbox, caller } = await fresh();
    const { hostname, port, pathname } = new URL(`${sandbox.url}/archive`);
    const socket = connect(Number(port), hostname);
    const head = `PUT ${pathname} HTTP/1.1\r\nhost: x\r\ncontent-length: 100000\r\n`;
    socket.write(`${head}x-runner-authorization: Bearer ${caller.runner.token}\r\n\r\n`);
    socket.write(archiveOfNoise().subarray(0, 30_000));
    await until("the upload is under way", async () => (await sandbox.start("early", "true")).status === 409);
    socket.destroy();
    await until("it was given up", async () => (await sandbox.start("later", "true")).status === 200);
    await sandbox.finish("later");
    expect((await sandbox.archive(archiveOf({ "a.txt": "a" }))).status).toBe(200);
    expect((await sandbox.run("ls -A")).output).toBe("a.txt\n");
  });

  test("nothing is laid under a running command", async () => {
    const { sandbox } = await fresh();
    await sandbox.start("long", "sleep 60");
    const answer = await sandbox.archive(archiveOf({ "a.txt": "a" }));
    expect(answer).toMatchObject({ status: 409, json: { code: "conflict" } });
  });
});

/** A small repository as git archives it, and its tree. */
function repository(): { bytes: Buffer; tree: string } {
  const from = folder();
  const git = (...words: string[]) => execFileSync("git", ["-C", from, ...words], { maxBuffer: 1e8 });
  for (const path of ["bin", "a b", "lib", "lib/deep"]) mkdirSync(join(from, path));
  const files = { "a b/ü.txt": "hello\n", lib0: "0", "lib/x": "x", "lib/deep/y": "y", "lib.txt": "t" };
  for (const [path, text] of Object.entries(files)) writeFileSync(join(from, path), text);
  writeFileSync(join(from, "bin/run.sh"), "#!/bin/sh\necho ran\n", { mode: 0o755 });
  symlinkSync("a b/ü.txt", join(from, "link"));
  git("init", "-q");
  git("add", "-A");
  git("-c", "user.name=t", "-c", "user.email=t@t", "commit", "-qm", "first");
  const bytes = git("archive", "--format=tar.gz", "--prefix=owner-repo-sha/", "HEAD");
  return { bytes, tree: git("rev-parse", "HEAD^{tree}").toString().trim() };
}

function archiveOfNoise(): Buffer {
  const noise = createHash("shake256", { outputLength: 80_000 }).update("noise").digest();
  return tar(["noise", noise]);
}

type Member = [name: string, content: string | Buffer, type?: string, link?: string];

/** A tar written by hand, with whatever names and types: no honest program makes such. */
function tar(...members: Member[]): Buffer {
  const blocks = members.flatMap(([name, content, type = "0", link = ""]) => {
    const bytes = Buffer.from(content as string);
    const header = Buffer.alloc(512);
    header.write(name, 0, 100);
    header.write("0000644\0", 100);
    header.write("0000000\0".repeat(2), 108);
    header.write(`${bytes.length.toString(8).padStart(11, "0")}\0`, 124);
    header.write(`${"0".padStart(11, "0")}\0`, 136);
    header.write(`        ${type}`, 148);
    header.write(link, 157, 100);
    header.write("ustar\x0000", 257);
    const sum = header.reduce((total, byte) => total + byte, 0);
    header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
    return [header, bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512)];
  });
  return gzipSync(Buffer.concat([...blocks, Buffer.alloc(1024)]));
}
