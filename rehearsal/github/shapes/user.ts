/** People, organisations and bots in GitHub's shape. */
import type { User } from "../nouns.ts";
import type { World } from "../world.ts";

export type Json = Record<string, unknown>;

/** GitHub's time: UTC, no milliseconds. */
export function iso(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d{3}Z$/, "Z");
}

export function isoOrNull(ms: number | null): string | null {
  return ms === null ? null : iso(ms);
}

/** An opaque global id, as GraphQL takes it. */
export function nodeId(kind: string, id: number): string {
  return `${kind}_${Buffer.from(String(id)).toString("base64url")}`;
}

export function userShape(world: World, user: User): Json {
  const url = `${world.apiUrl}/users/${encodeURIComponent(user.login)}`;
  return {
    login: user.login,
    id: user.id,
    node_id: nodeId(user.type === "Organization" ? "O" : user.type === "Bot" ? "BOT" : "U", user.id),
    avatar_url: `${world.url}/avatars/${user.id}`,
    gravatar_id: "",
    url,
    html_url: `${world.url}/${user.login.replace("[bot]", "")}`,
    followers_url: `${url}/followers`,
    organizations_url: `${url}/orgs`,
    repos_url: `${url}/repos`,
    events_url: `${url}/events{/privacy}`,
    received_events_url: `${url}/received_events`,
    type: user.type,
    user_view_type: "public",
    site_admin: false,
  };
}

/** The longer shape of `GET /user` and `GET /users/{login}`. */
export function profileShape(world: World, user: User): Json {
  return {
    ...userShape(world, user),
    name: user.name,
    company: null,
    blog: "",
    location: null,
    email: user.email,
    bio: null,
    public_repos: [...world.repositories.values()].filter((r) => r.owner === user && !r.private).length,
    followers: 0,
    following: 0,
    created_at: iso(user.createdAt),
    updated_at: iso(user.createdAt),
  };
}
