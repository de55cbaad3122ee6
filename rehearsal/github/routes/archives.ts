/** Source archives: a redirect to a download that needs no token but its own. */
import { randomBytes } from "node:crypto";
import { resolveCommit } from "../git/refs.ts";
import { notFound } from "../problems.ts";
import { fullName, type World } from "../world.ts";
import { type Api, type Ctx, repositoryIn } from "./api.ts";

const TICKET_LIFE_MS = 5 * 60 * 1000;
const FORMATS = { tarball: "legacy.tar.gz", zipball: "legacy.zip" } as const;

type Ticket = { repositoryId: number; sha: string; expiresAt: number };
const tickets = new WeakMap<World, Map<string, Ticket>>();

function ticketsOf(world: World): Map<string, Ticket> {
  const known = tickets.get(world) ?? new Map<string, Ticket>();
  tickets.set(world, known);
  return known;
}

/** The download a ticket allows; undefined when it is unknown or too old. */
export function redeem(world: World, token: string): Ticket | undefined {
  const ticket = ticketsOf(world).get(token);
  return ticket !== undefined && ticket.expiresAt > world.now() ? ticket : undefined;
}

export function archives(api: Api): void {
  for (const kind of ["tarball", "zipball"] as const) {
    const paths = [`/repos/:owner/:repo/${kind}`, `/repos/:owner/:repo/${kind}/:ref{.+}`];
    api.on("GET", paths, async (c: Ctx) => {
      const { world } = c.env;
      const repository = repositoryIn(c, { permission: "contents" });
      const sha = await resolveCommit(repository.dir, c.req.param("ref") ?? repository.defaultBranch);
      if (sha === null) throw notFound();
      const token = randomBytes(20).toString("hex");
      ticketsOf(world).set(token, {
        repositoryId: repository.id,
        sha,
        expiresAt: world.now() + TICKET_LIFE_MS,
      });
      const place = `${world.url}/_codeload/${fullName(repository)}/${FORMATS[kind]}/${sha}`;
      return c.redirect(`${place}?token=${token}`, 302);
    });
  }
}
