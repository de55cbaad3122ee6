/** What Tidegate itself is worried about. */
import { createRoute, z } from "@hono/zod-openapi";
import { Alert } from "../../models/api.ts";
import { listAlerts } from "../store/alerts.ts";
import { answers, part } from "./app.ts";

const list = createRoute({
  method: "get",
  path: "/api/v1/alerts",
  summary: "What Tidegate itself is worried about, such as webhooks that are not heard any more",
  responses: answers("Alerts that stand, the oldest first", z.array(Alert)),
});

export const alerts = part().openapi(list, async (c) => c.json(await listAlerts(c.env.DB), 200));
