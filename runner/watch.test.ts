import { describe, expect, test } from "vitest";
import { AVAILABLE, callRunner } from "./testing.ts";

const MEGABYTE = 1024 * 1024;

describe.each(AVAILABLE)("limits under %s", (isolation) => {
  const fresh = async (limits: Record<string, number>) => {
    const sandbox = (await callRunner({ isolation })).sandbox("s");
    await sandbox.create(limits);
    return sandbox;
  };

  test("memory is that of the whole family, and is named when it ends a command", async () => {
    const sandbox = await fresh({ memory_mb: 300 });
    const hog = `node -e 'const kept = []; setInterval(() => { if (kept.length < 40) kept.push(Buffer.alloc(5e6, 1)) }, 30)'`;
    const ended = await sandbox.run(`${hog} & ${hog} & wait`);
    expect(ended).toMatchObject({ end: "memory", exit_code: null });
    expect(ended.output).toMatch(/MB of memory in use, limit is 300 MB/);
    expect(ended.peak_memory_bytes).toBeGreaterThan(300 * MEGABYTE);
  });

  test("what a command used is told when it stays below the limit", async () => {
    const sandbox = await fresh({ memory_mb: 1000 });
    const ended = await sandbox.run(
      `node -e 'const kept = Buffer.alloc(1e8, 1); setTimeout(() => kept, 1200)'`,
    );
    expect(ended).toMatchObject({ end: "exited", exit_code: 0 });
    expect(ended.peak_memory_bytes).toBeGreaterThan(1e8);
    expect(ended.peak_memory_bytes).toBeLessThan(500 * MEGABYTE);
  });

  test("too many processes end a command, all of them", async () => {
    const sandbox = await fresh({ processes: 40 });
    // Bounded: 120 at most, whatever the host does.
    const ended = await sandbox.run("for i in $(seq 120); do sleep 50 & done; wait");
    expect(ended).toMatchObject({ end: "processes", exit_code: null });
    expect(ended.output).toMatch(/processes, limit is 40/);
    const { output } = await sandbox.run(
      // Processes of the host come and go while they are listed: a file that is gone is no answer.
      "cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\\0' ' ' | grep -c 'sleep 50'; true",
    );
    expect(Number(output)).toBeLessThanOrEqual(1);
  });

  test.each(["filled", '"$HOME/filled"', '"$TMPDIR/filled"'])(
    "a full disk ends a command (%s)",
    async (file) => {
      const sandbox = await fresh({ disk_mb: 20 });
      const ended = await sandbox.run(
        `for i in $(seq 30); do head -c 2000000 /dev/zero >> ${file}; done; sleep 60`,
      );
      expect(ended).toMatchObject({ end: "disk", exit_code: null });
      expect(ended.output).toMatch(/MB on disk, limit is 20 MB/);
      expect(await sandbox.run("true")).toMatchObject({ end: "exited" });
    },
  );
});
