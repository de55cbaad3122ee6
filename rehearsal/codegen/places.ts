/** Who the caller is, and the organizations and repositories there are. */
import { type Api, organizationFor, PageQuery, queryOf, worldFor } from "./api.ts";
import { organizationShape, paged, repositoryShape } from "./shapes.ts";

export function places(api: Api): void {
  api.get("/v1/users/me", (c) => {
    const id = worldFor(c).user;
    const names = { github_username: "rehearsal", full_name: "Rehearsal", email: "rehearsal@example.com" };
    return c.json({ id, github_user_id: String(id), avatar_url: null, ...names });
  });
  api.get("/v1/organizations", (c) => {
    const ours = worldFor(c).organizations.filter(({ isOurs }) => isOurs);
    return c.json(paged(ours.map(organizationShape), queryOf(c, PageQuery)));
  });
  api.get("/v1/organizations/:organization/repos", (c) => {
    const organization = organizationFor(c);
    const all = organization.repositories.map((repository) => repositoryShape(organization, repository));
    return c.json(paged(all, queryOf(c, PageQuery)));
  });
}
