/** What GitHub says of itself. */
import { budgetOf } from "../limits.ts";
import type { Api } from "./api.ts";

const API_VERSIONS = ["2022-11-28", "2026-03-10"];

export function meta(api: Api): void {
  api.get("/meta", (c) =>
    c.json({
      verifiable_password_authentication: false,
      hooks: ["127.0.0.0/8", "192.30.252.0/22", "185.199.108.0/22", "140.82.112.0/20", "143.55.64.0/20"],
      web: ["127.0.0.0/8"],
      api: ["127.0.0.0/8"],
      git: ["127.0.0.0/8"],
    }),
  );
  api.get("/rate_limit", (c) => {
    const { bucket, limit } = budgetOf(c.env.world, c.get("viewer"));
    const core = {
      limit,
      used: bucket.used,
      remaining: limit - bucket.used,
      reset: Math.ceil(bucket.resetAt / 1000),
      resource: "core",
    };
    return c.json({ resources: { core }, rate: core });
  });
  api.get("/versions", (c) => c.json(API_VERSIONS));
  api.get("/zen", (c) => c.text("Approachable is better than simple."));
  api.get("/", (c) => c.json({ current_user_url: `${c.env.world.apiUrl}/user` }));
}
