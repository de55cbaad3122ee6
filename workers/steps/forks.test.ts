import { expect, test } from "vitest";
import { planOf } from "../../models/config.ts";
import { readConfig } from "../../models/read-config.ts";
import { REGISTRIES } from "../../models/registries.ts";
import { HostPattern, SandboxInfo } from "../../models/sandbox.ts";
import { networkFor, unconfined } from "./forks.ts";

function plan(text: string) {
  const read = readConfig(`setup: none\ntest: x\n${text}`);
  if ("problems" in read) throw new Error(JSON.stringify(read.problems));
  return planOf(read.config, []) ?? {};
}
const INFO = { id: "s", instance: "i", isolation: "bubblewrap", created_at: 1 } as const;
const LIMITS = { lifetime_ms: 1, memory_mb: 1, processes: 1, disk_mb: 1 };

test("networkFor() lets a fork reach the registries and what the base names, and only where it wants the network", () => {
  const named = plan("forks: { egress: [npm.house, '*.cdn.test:8443'] }\n");
  expect(networkFor({ from_fork: true }, named, "open")).toEqual({
    allow: [...REGISTRIES, "npm.house", "*.cdn.test:8443"],
  });
  expect(networkFor({ from_fork: true }, plan(""), "open")).toEqual({ allow: REGISTRIES });
  expect(networkFor({ from_fork: true }, named, "none")).toBe("none");
  expect(networkFor({ from_fork: false }, named, "open")).toBe("open");
});

test("hosts that a fork reaches are hosts, and the registries are such", () => {
  expect(HostPattern.array().safeParse(REGISTRIES).success).toBe(true);
  for (const wrong of ["https://a.test", "10.0.0.0/8", "*", "a.*.test", "a.test:port", "[::1]"]) {
    expect(() => plan(`forks: { egress: ["${wrong}"] }\n`), wrong).toThrow(/must be a host/);
  }
});

test("unconfined() refuses a fork wherever the host does not say that it keeps the network in", () => {
  const confined = SandboxInfo.parse({ ...INFO, limits: LIMITS, egress: "confined" });
  const silent = SandboxInfo.parse({ ...INFO, limits: LIMITS });
  expect(unconfined({ from_fork: true }, confined)).toBeNull();
  expect(unconfined({ from_fork: true }, silent)).toMatchObject({ code: "no_isolation" });
  expect(unconfined({ from_fork: false }, silent)).toBeNull();
});
