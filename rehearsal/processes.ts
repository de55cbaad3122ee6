/** Who runs on this machine. */
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";

export type Process = { pid: number; ppid: number; name: string; state: string };

/** All processes. Linux says it in files; elsewhere `ps` is asked, which a small Linux lacks. */
export function processes(): Process[] {
  if (existsSync("/proc/self/stat"))
    return readdirSync("/proc")
      .filter((name) => /^\d+$/.test(name))
      .flatMap(inProc);
  const lines = execFileSync("ps", ["-A", "-o", "pid=,ppid=,state=,comm="], { encoding: "utf8" });
  return lines
    .trim()
    .split("\n")
    .map((line) => {
      const [pid, ppid, state = "", ...name] = line.trim().split(/\s+/);
      return { pid: Number(pid), ppid: Number(ppid), state, name: name.join(" ") };
    });
}

function inProc(pid: string): Process[] {
  try {
    // `pid (name) state ppid …`, and a name may hold anything.
    const [, name = "", state = "", ppid] =
      /^\d+ \((.*)\) (\S) (\d+)/s.exec(readFileSync(`/proc/${pid}/stat`, "utf8")) ?? [];
    return [{ pid: Number(pid), ppid: Number(ppid), name, state }];
  } catch {
    // It ended meanwhile.
    return [];
  }
}
