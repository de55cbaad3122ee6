/** What Tidegate on this machine knows, kept where the next start finds it: storage, and the keys that open it. */
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";

const Keys = z.object({ SESSION_SECRET: z.string(), SECRETS_KEY: z.string(), ATTESTATION_KEY: z.string() });
export type Keys = z.infer<typeof Keys>;

export type Data = { dir: string; keys: Keys; release(): void };

/** Keys that nobody has had. */
export function newKeys(): Keys {
  return {
    SESSION_SECRET: randomBytes(32).toString("hex"),
    SECRETS_KEY: randomBytes(32).toString("base64"),
    ATTESTATION_KEY: generateKeyPairSync("ed25519")
      .privateKey.export({ type: "pkcs8", format: "der" })
      .toString("base64"),
  };
}

/**
 * Opens a folder of data, or makes it. One process has it at a time: two would write into one storage.
 *
 * @throws with a sentence that says what is wrong and what to do
 */
export function openData(dir: string): Data {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const lock = join(dir, "pid");
  take(dir, lock);
  const file = join(dir, "keys.json");
  if (!existsSync(file)) writeFileSync(file, JSON.stringify(newKeys()), { mode: 0o600, flag: "wx" });
  const release = () => rmSync(lock, { force: true });
  process.once("exit", release);
  return { dir, keys: readKeys(file), release };
}

function take(dir: string, lock: string): void {
  const known = existsSync(lock) ? Number(readFileSync(lock, "utf8")) : null;
  if (known !== null && known !== process.pid && isAlive(known)) {
    throw new Error(
      `Cannot use ${dir}: process ${known} has it. End that one, or name another folder with --data DIR`,
    );
  }
  writeFileSync(lock, String(process.pid));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Somebody else's process.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

function readKeys(file: string): Keys {
  try {
    return Keys.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch {
    throw new Error(
      `Cannot read ${file}: it holds the keys of everything beside it. Put it back, or name another folder with --data DIR`,
    );
  }
}
