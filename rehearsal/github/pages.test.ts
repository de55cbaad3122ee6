/** The pages for people: who may write on them, and what comes of it. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Shop, startShop } from "./github.fixture.ts";
import { signInUrl } from "./web/sign-in.ts";

let shop: Shop;
let number: number;
beforeEach(async () => {
  shop = await startShop();
  ({ number } = await shop.github.openIssue("alice/shop", { title: "Milk", body: "**All** of it" }));
});
afterEach(() => shop.close());

/** The cookie of whoever opened their link. */
async function cookieOf(token: string): Promise<string> {
  const opened = await fetch(signInUrl(shop.github.url, token, "/alice/shop"), { redirect: "manual" });
  expect([opened.status, opened.headers.get("location")]).toEqual([302, "/alice/shop"]);
  return (opened.headers.get("set-cookie") ?? "").split(";")[0] ?? "";
}

const page = async (path: string, cookie = "") =>
  (await fetch(`${shop.github.url}${path}`, { headers: { cookie, accept: "text/html" } })).text();

function send(path: string, fields: Record<string, string>, cookie: string, origin = shop.github.url) {
  const headers = { cookie, origin };
  const body = new URLSearchParams(fields);
  return fetch(`${shop.github.url}${path}`, { method: "POST", headers, body, redirect: "manual" });
}

test("somebody who came by their link opens an issue and comments on it, as themselves", async () => {
  const cookie = await cookieOf(shop.bob.token);
  expect(await page("/alice/shop", cookie)).toContain("A new issue by bob");
  const opened = await send("/alice/shop/issues", { title: "Eggs" }, cookie);
  const path = opened.headers.get("location") ?? "";
  expect([opened.status, path]).toEqual([303, `/alice/shop/issues/${number + 1}`]);
  const said = await send(`${path}/comments`, { body: "/tidegate run Add **eggs**" }, cookie);
  expect([said.status, said.headers.get("location")]).toEqual([
    303,
    expect.stringMatching(/\/issues\/\d+#issuecomment-\d+$/),
  ]);
  const comments = shop.github.issue("alice/shop", number + 1).comments;
  expect(comments.map(({ user, body }) => [user.login, body])).toEqual([
    ["bob", "/tidegate run Add **eggs**"],
  ]);
  expect(await page(path, cookie)).toContain("Add <strong>eggs</strong>");
});

test("a stranger, and another site in somebody's name, write nothing", async () => {
  const cookie = await cookieOf(shop.bob.token);
  const path = `/alice/shop/issues/${number}/comments`;
  expect(await page(`/alice/shop/issues/${number}`)).toContain("open the address that npm start prints");
  expect((await send(path, { body: "x" }, "")).status).toBe(403);
  expect((await send(path, { body: "x" }, "rehearsal_person=x")).status).toBe(403);
  expect((await send(path, { body: "x" }, cookie, "http://evil.test")).status).toBe(403);
  expect((await send("/alice/shop/issues", { title: "x" }, "")).status).toBe(403);
  expect(shop.github.issue("alice/shop", number).comments).toEqual([]);
});

test("nothing is no comment, and what is nowhere has no page", async () => {
  const cookie = await cookieOf(shop.alice.token);
  expect((await send(`/alice/shop/issues/${number}/comments`, { body: " " }, cookie)).status).toBe(422);
  expect((await send("/alice/shop/issues/99/comments", { body: "x" }, cookie)).status).toBe(404);
});

test("a link signs nobody in that holds no token, leads to no other site and stays out of the record", async () => {
  const open = (token: string, to: string) =>
    fetch(signInUrl(shop.github.url, token, to), { redirect: "manual" });
  expect((await open("x", "/")).status).toBe(403);
  for (const to of ["//evil.test", "/\\evil.test", "https://evil.test"])
    expect((await open(shop.bob.token, to)).headers.get("location")).toBe("/");
  expect(JSON.stringify(shop.github.requests)).not.toContain(shop.bob.token);
});
