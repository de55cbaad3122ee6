/**
 * Waits for the end of who started it, however that came, and ends the processes that it was told of. Without it workerd
 * goes on when its parent is killed: it keeps the port, and writes into the storage that the next one opens.
 */
import { processes } from "./processes.ts";

let told = "";
process.stdin.setEncoding("utf8");
process.stdin.on("data", (text: string) => {
  told += text;
});
process.stdin.on("end", () => {
  const ours = (told.trim().split("\n").at(-1) ?? "").split(" ").map(Number);
  // A number may be somebody else's by now.
  for (const { pid, name } of processes()) if (ours.includes(pid) && name.includes("workerd")) end(pid);
});
// Ctrl+C is meant for everybody in the terminal, and this one has to outlive the others.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => undefined);

function end(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It is gone.
  }
}
