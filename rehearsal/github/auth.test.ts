import { afterEach, beforeEach, expect, test } from "vitest";
import { at, client, refusal, type Shop, startShop } from "./github.fixture.ts";
import { signJwt } from "./index.ts";

let shop: Shop;
beforeEach(async () => {
  shop = await startShop();
});
afterEach(() => shop.close());

const HOUR_MS = 60 * 60 * 1000;
const REPO = { owner: "alice", repo: "shop" };

function app(jwt = shop.github.appJwt()) {
  return client(shop.github, jwt);
}

async function mint(body: Record<string, unknown> = {}) {
  const { data } = await app().request("GET /repos/{owner}/{repo}/installation", REPO);
  return app().request("POST /app/installations/{installation_id}/access_tokens", {
    installation_id: data.id,
    ...body,
  });
}

test("an App finds its installation and mints a token that lives for an hour of the clock", async () => {
  const { status, data } = await mint();
  expect(status).toBe(201);
  expect(data.token).toMatch(/^ghs_/);
  expect(Date.parse(data.expires_at)).toBe(shop.clock.ms + HOUR_MS);
  const octokit = client(shop.github, data.token);
  const listed = await octokit.request("GET /installation/repositories");
  expect(listed.data.repositories.map(({ full_name }) => full_name)).toEqual(["alice/shop"]);
  shop.clock.ms += HOUR_MS - 1;
  await octokit.request("GET /repos/{owner}/{repo}", REPO);
  shop.clock.ms += 1;
  expect(await refusal(octokit.request("GET /repos/{owner}/{repo}", REPO))).toMatchObject({
    status: 401,
    message: "Bad credentials",
  });
});

test("a token can be narrowed and cannot be widened", async () => {
  const { data } = await mint({ permissions: { contents: "read" } });
  const octokit = client(shop.github, data.token);
  const comment = octokit.request("POST /repos/{owner}/{repo}/issues", { ...REPO, title: "No" });
  expect(await refusal(comment)).toMatchObject({
    status: 403,
    message: "Resource not accessible by integration",
  });
  expect(await refusal(mint({ permissions: { administration: "write" } }))).toMatchObject({ status: 422 });
  expect(await refusal(mint({ repositories: ["elsewhere"] }))).toMatchObject({ status: 422 });
});

test("JWTs are refused when forged, expired, too long-lived or of nobody", async () => {
  const world = shop.github.world;
  const [main] = world.apps;
  if (main === undefined) throw new Error("No App");
  const now = Math.floor(shop.clock.ms / 1000);
  const message = async (jwt: string) => (await refusal(app(jwt).request("GET /app"))).message;
  const good = signJwt(main, now);
  expect((await app(good).request("GET /app")).data).toMatchObject({ slug: "tidegate" });
  expect(await message(`${good.slice(0, -8)}AAAAAAAA`)).toBe("A JSON web token could not be decoded");
  expect(await message(signJwt(main, now, { exp: now - 1 }))).toMatch(
    /numeric value representing the future time/,
  );
  expect(await message(signJwt(main, now, { exp: now + 3600 }))).toMatch(/too far in the future/);
  expect(await message(signJwt(main, now, { iss: "nobody" }))).toBe("Integration not found");
  const other = shop.github.createApp("other");
  expect(await message(signJwt(other, now, { iss: main.clientId }))).toBe(
    "A JSON web token could not be decoded",
  );
});

test("suspended, deleted and revoked installations lose their tokens", async () => {
  const octokit = client(shop.github, (await mint()).data.token);
  const read = () => octokit.request("GET /repos/{owner}/{repo}", REPO);
  shop.github.suspend("alice/shop");
  expect(await refusal(read())).toMatchObject({
    status: 403,
    message: "This installation has been suspended",
  });
  shop.github.unsuspend("alice/shop");
  await read();
  shop.github.revokeInstallationTokens();
  expect(await refusal(read())).toMatchObject({ status: 401 });
  const fresh = client(shop.github, (await mint()).data.token);
  shop.github.uninstall("alice/shop");
  expect(await refusal(fresh.request("GET /repos/{owner}/{repo}", REPO))).toMatchObject({ status: 401 });
  expect(await refusal(mint())).toMatchObject({ status: 404 });
});

test("a private repository does not exist for those who may not see it", async () => {
  const octokit = client(shop.github, (await mint()).data.token);
  await shop.github.createRepository("alice/secret", { private: true });
  const read = (token: string) =>
    client(shop.github, token).request("GET /repos/{owner}/{repo}", { owner: "alice", repo: "secret" });
  expect(await refusal(read(shop.bob.token))).toMatchObject({ status: 404, message: "Not Found" });
  expect(await refusal(octokit.request("GET /repos/alice/secret"))).toMatchObject({ status: 404 });
  expect((await read(shop.alice.token)).data.permissions?.admin).toBe(true);
  expect(await refusal(read("ghp_nonsense"))).toMatchObject({ status: 401, message: "Bad credentials" });
});

test("signing in gives a code once, a token for eight hours, and a refresh token", async () => {
  const { clientId, clientSecret } = shop.github.app;
  const query = new URLSearchParams({
    client_id: clientId,
    redirect_uri: "http://127.0.0.1:1/back",
    state: "s1",
  });
  const authorize = () => fetch(`${shop.github.url}/login/oauth/authorize?${query}`, { redirect: "manual" });
  expect(await (await authorize()).text()).toContain("alice");
  shop.github.signInAs("alice");
  const back = new URL((await authorize()).headers.get("location") ?? "");
  expect(back.searchParams.get("state")).toBe("s1");
  const exchange = async (fields: Record<string, string>) => {
    const response = await fetch(`${shop.github.url}/login/oauth/access_token`, {
      method: "POST",
      headers: { accept: "application/json", "content-type": "application/json" },
      body: JSON.stringify({ client_id: clientId, client_secret: clientSecret, ...fields }),
    });
    expect(response.status).toBe(200);
    const body: unknown = await response.json();
    return body;
  };
  const code = back.searchParams.get("code") ?? "";
  expect(await exchange({ code, client_secret: "wrong" })).toMatchObject({
    error: "incorrect_client_credentials",
  });
  const given = await exchange({ code });
  const token = String(at(given, "access_token"));
  expect(token).toMatch(/^ghu_/);
  expect((await client(shop.github, token).request("GET /user")).data.login).toBe("alice");
  expect(await exchange({ code })).toMatchObject({ error: "bad_verification_code" });
  const repos = await client(shop.github, token).request("GET /user/installations");
  expect(repos.data.total_count).toBe(1);
  shop.clock.ms += 8 * HOUR_MS;
  expect(await refusal(client(shop.github, token).request("GET /user"))).toMatchObject({ status: 401 });
  const renewed = await exchange({
    grant_type: "refresh_token",
    refresh_token: String(at(given, "refresh_token")),
  });
  expect(at(renewed, "access_token")).toMatch(/^ghu_/);
});

test("recorded requests never hold a credential", async () => {
  const { data } = await mint();
  await client(shop.github, data.token).request("GET /repos/{owner}/{repo}", REPO);
  expect(JSON.stringify(shop.github.requests)).not.toContain(data.token);
  expect(JSON.stringify(shop.log)).not.toContain(data.token);
  expect(shop.github.requests.at(-1)?.by).toMatch(/^installation:\d+$/);
});
