/** What travels and is kept while a graph is being made. */
import { z } from "zod";

export const GraphId = z
  .string()
  .regex(/^g_[0-9a-f]{12}$/, "must be `g_` and 12 hexadecimal digits, as analyze gave it");

/** Where the files come from. */
export const GraphSource = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("github"),
    full_name: z.string(),
    installation_id: z.number().int().nullable(),
  }),
  /** An archive that was sent to us: its digest names what is kept of it. */
  z.object({ kind: z.literal("upload"), digest: z.string() }),
]);
export type GraphSource = z.infer<typeof GraphSource>;

/** A graph that is wanted. */
export const GraphOrder = z.object({
  /** Whose graph: "" for what all who are signed in may see. */
  tenant: z.string(),
  id: GraphId,
  repository: z.object({ path: z.string(), name: z.string() }),
  sha: z.string().optional(),
  source: GraphSource,
});
export type GraphOrder = z.infer<typeof GraphOrder>;

/** The message of the queue: ids only. */
export const GraphMessage = z.object({ kind: z.literal("graph"), tenant: z.string(), id: GraphId });
export type GraphMessage = z.infer<typeof GraphMessage>;
