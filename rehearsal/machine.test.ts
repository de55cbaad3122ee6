import { createServer } from "node:net";
import { expect, test } from "vitest";
import { holdPort } from "./machine.ts";

const listens = (port: number) =>
  new Promise<boolean>((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });

test("two starts that want the same port get two, while they still build", async () => {
  const { number: free, release } = await holdPort();
  await release();
  const [one, other] = [await holdPort(free), await holdPort(free)];
  expect(other.number).not.toBe(one.number);
  expect(await listens(one.number)).toBe(false);
  await one.release();
  expect(await listens(one.number)).toBe(true);
  await other.release();
});
