/** The API: who may come in, its parts, and its own description. */

import { z } from "@hono/zod-openapi";
import { requestId } from "hono/request-id";
import { Config } from "../../models/config.ts";
import { access } from "./access.ts";
import { agents } from "./agents.ts";
import { alerts } from "./alerts.ts";
import { analyze } from "./analyze.ts";
import { part, problem } from "./app.ts";
import { attestation } from "./attestation.ts";
import { audit } from "./audit.ts";
import { context } from "./context.ts";
import { graph } from "./graph.ts";
import { graphs } from "./graphs.ts";
import { operations } from "./health.ts";
import { impact } from "./impact.ts";
import { info } from "./info.ts";
import { live } from "./live.ts";
import { mcp } from "./mcp.ts";
import { bounds, nowhere } from "./places.ts";
import { projects } from "./projects.ts";
import { pulls } from "./pulls.ts";
import { quarantine } from "./quarantine.ts";
import { questions } from "./questions.ts";
import { queue } from "./queue.ts";
import { repositories } from "./repositories.ts";
import { runImages } from "./run-images.ts";
import { runs } from "./runs.ts";
import { secrets } from "./secrets.ts";
import { session } from "./session.ts";
import { turns } from "./turns.ts";
import { validation } from "./validation.ts";
import { webhooks } from "./webhooks.ts";
import { why } from "./why.ts";

export const api = part();

api.onError(problem);
api.notFound(nowhere(api));
// Facts have their ids of it: whoever could choose it could have a wish taken for one that was heard before.
api.use(requestId({ headerName: "" }), async (c, next) => {
  c.set("request_id", c.get("requestId" as never));
  await next();
  // A response that a socket or another Worker made is frozen.
  if (c.res.status !== 101) c.res.headers.set("x-request-id", c.var.request_id);
});
api.use(access);
api.use(bounds);

api.route("/", operations);
api.route("/", alerts);
api.route("/", session);
api.route("/", webhooks);
api.route("/", repositories);
api.route("/", projects);
api.route("/", secrets);
api.route("/", quarantine);
api.route("/", pulls);
api.route("/", why);
api.route("/", queue);
api.route("/", agents);
api.route("/", runs);
api.route("/", turns);
api.route("/", runImages);
api.route("/", validation);
api.route("/", attestation);
api.route("/", audit);
api.route("/", live);
api.route("/", analyze);
api.route("/", graphs);
api.route("/", graph);
api.route("/", questions);
api.route("/", context);
api.route("/", impact);
api.route("/", info);
api.route("/", mcp);

/** The OpenAPI document, made from the very schemas that guard the doors. */
api.doc31("/api/v1/openapi.json", {
  openapi: "3.1.0",
  info: {
    title: "Tidegate",
    version: "1",
    description: "The commit that was validated is the commit that is merged.",
  },
});
/** The JSON Schema of .tidegate.yml, for editors. */
api.get("/api/v1/schema/config.json", (c) => c.json(z.toJSONSchema(Config, { io: "input" })));
