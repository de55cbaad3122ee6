/** What this server is and can do. */
import { createRoute } from "@hono/zod-openapi";
import { type Analyzer, analyzers } from "../../graph/analyzers/index.ts";
import { RULES } from "../../graph/analyzers/measures/findings/rules.ts";
import { PROTOCOL_VERSION } from "../../graph/exports/index.ts";
import { MAX_FILE_BYTES } from "../../graph/parse.ts";
import { CONTEXT_FORMATS } from "../../models/context.ts";
import { EDGE_TYPES, NODE_TYPES } from "../../models/graph.ts";
import { Capabilities, ServerInfo } from "../../models/graph-api.ts";
import { VERSION } from "../version.ts";
import { answers, part } from "./app.ts";
import { FORMATS } from "./graph.ts";
import { plugins } from "./plugins.ts";

const about = createRoute({
  method: "get",
  path: "/api/v1/info",
  summary: "Name and versions of this server",
  responses: answers("The server", ServerInfo),
});
const able = createRoute({
  method: "get",
  path: "/api/v1/capabilities",
  summary: "Languages, formats, plugins, rules and limits",
  responses: answers("What it can do", Capabilities),
});

export const info = part()
  .openapi(about, (c) => c.json({ name: "tidegate", version: VERSION, protocol: PROTOCOL_VERSION }, 200))
  .openapi(able, (c) => {
    const languages = Object.values<Analyzer>(analyzers).map(({ language, grammars }) => ({
      language,
      endings: Object.keys(grammars),
    }));
    return c.json(
      {
        languages,
        edge_types: [...EDGE_TYPES],
        node_types: [...NODE_TYPES],
        context_formats: [...CONTEXT_FORMATS],
        export_formats: [...FORMATS],
        plugins: plugins.names(),
        rules: RULES.map(({ id, severity, title }) => ({ id, severity, title })),
        limits: { max_file_bytes: MAX_FILE_BYTES, analyses_per_minute: 10 },
      },
      200,
    );
  });
