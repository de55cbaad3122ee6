/** Prints how large the Worker and the dashboard are, as they travel: compressed. Fails over the limit of 3 MB. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

/** What a Worker of Cloudflare's free plan may weigh, compressed, in bytes. */
const LIMIT = 3 * 1024 ** 2;
const root = join(import.meta.dirname, "..");

function weigh(folder: string, keep: (name: string) => boolean): { raw: number; packed: number } {
  const files = readdirSync(join(root, folder), { recursive: true, encoding: "utf8" }).filter(keep);
  const sizes = files
    .map((file) => join(root, folder, file))
    .filter((path) => statSync(path).isFile())
    .map((path) => readFileSync(path))
    .map((bytes) => ({ raw: bytes.length, packed: gzipSync(bytes).length }));
  return sizes.reduce((sum, size) => ({ raw: sum.raw + size.raw, packed: sum.packed + size.packed }), {
    raw: 0,
    packed: 0,
  });
}

const parts = {
  Worker: weigh(".out/worker", (name) => /\.(js|wasm)$/.test(name)),
  Dashboard: weigh("pages/dist", () => true),
};
const kilobytes = (bytes: number) => `${(bytes / 1024).toFixed(0).padStart(6)} KiB`;
for (const [name, { raw, packed }] of Object.entries(parts)) {
  console.log(`${name.padEnd(10)} ${kilobytes(raw)} raw ${kilobytes(packed)} compressed`);
}
if (parts.Worker.packed > LIMIT) {
  console.error(`The Worker is ${parts.Worker.packed} bytes compressed, the limit is ${LIMIT}`);
  process.exit(1);
}
