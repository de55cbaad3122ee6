// @ts-check
/**
 * The Pages side of Tidegate (advanced mode: this file sees every request). It holds no logic of its own:
 * what belongs to the API goes to the Worker, everything else is a file of the dashboard.
 *
 * @typedef {{ fetch(request: Request): Promise<Response> }} Fetcher
 * @typedef {{ ASSETS: Fetcher, TIDEGATE: Fetcher }} Env  ASSETS: the built files; TIDEGATE: the Worker
 */

/** Paths the Worker answers. Same origin as the dashboard, so the session cookie needs no CORS. */
const WORKER = /^\/(api\/|mcp$|health$|metrics$)/;

export default {
  /** @param {Request} request @param {Env} env */
  async fetch(request, env) {
    const url = new URL(request.url);
    // Untouched, both ways: a copied request or response would lose the WebSocket of an upgrade.
    if (WORKER.test(url.pathname)) return env.TIDEGATE.fetch(request);
    // Screens such as /projects/shop have no file: the app itself reads the path. A missing file stays a 404.
    const screen = !url.pathname.includes(".");
    const asset = await env.ASSETS.fetch(screen ? new Request(new URL("/", url), request) : request);
    // Pages answers a missing file with the app itself: a script that is HTML would break a page that is still
    // open after a new build, and be kept for ever under the script's name.
    const missing = !screen && (asset.headers.get("content-type") ?? "").startsWith("text/html");
    const response = missing ? new Response("Not found", { status: 404 }) : new Response(asset.body, asset);
    for (const [name, value] of headers(url, response.ok)) response.headers.set(name, value);
    return response;
  },
};

/** @param {URL} url @param {boolean} ok @returns {[string, string][]} */
function headers(url, ok) {
  const policy = [
    "default-src 'self'",
    // Older browsers do not count a socket to the own host as 'self'.
    `connect-src 'self' ws://${url.host} wss://${url.host}`,
    "img-src 'self' data:",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    // The buttons of this page merge code: nobody may lay it invisibly under their own.
    "frame-ancestors 'none'",
  ];
  /** @type {[string, string][]} */
  const all = [
    ["content-security-policy", policy.join("; ")],
    ["x-content-type-options", "nosniff"],
    // Project names and pull requests stay here when somebody follows a link to GitHub.
    ["referrer-policy", "no-referrer"],
    ["cross-origin-opener-policy", "same-origin"],
    ["permissions-policy", "camera=(), microphone=(), geolocation=()"],
  ];
  // File names in /assets carry their content's hash, so they may be kept for ever; the screen may not.
  const kept = ok && url.pathname.startsWith("/assets/");
  all.push(["cache-control", kept ? "public, max-age=31536000, immutable" : "no-cache"]);
  return all;
}
