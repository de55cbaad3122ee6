/** The way out of a sandbox: what it carries, what it refuses, and that there is no other. */
import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { describe, expect, onTestFinished, test } from "vitest";
import type { Network } from "../models/sandbox.ts";
import { isInside, isNamed } from "./addresses.ts";
import type { WayOut } from "./egress.ts";
import { AVAILABLE, callRunner } from "./testing.ts";
import { wayOutOf } from "./way-out.ts";

const DIRECT: WayOut = { inside: [], upstream: null };

test.each([
  ..."127.0.0.1 127.9.9.9 0.0.0.0 10.1.2.3 172.16.0.1 172.31.255.255 192.168.1.1 169.254.169.254".split(" "),
  ..."100.100.100.200 168.63.129.16 192.0.0.192 198.18.0.1 224.0.0.1 255.255.255.255".split(" "),
  ..."::1 :: fe80::1 fe80::1%eth0 fd00:ec2::254 ff02::1 ::ffff:127.0.0.1 ::ffff:a9fe:a9fe".split(" "),
  ..."64:ff9b::7f00:1 2002:7f00:1:: ::127.0.0.1 nonsense".split(" "),
])("%s is inside", (address) => {
  expect(isInside(address)).toBe(true);
});

test.each("1.1.1.1 172.32.0.1 104.16.0.1 2606:4700::1111 ::ffff:1.1.1.1".split(" "))(
  "%s is outside",
  (address) => {
    expect(isInside(address)).toBe(false);
  },
);

test.each([
  [["example.com"], "example.com", 443, true],
  [["Example.com"], "example.com", 443, true],
  [["example.com"], "a.example.com", 443, false],
  [["example.com"], "badexample.com", 443, false],
  [["*.example.com"], "a.b.example.com", 443, true],
  [["*.example.com"], "example.com", 443, false],
  [["*.example.com"], "badexample.com", 443, false],
  [["example.com:8443"], "example.com", 8443, true],
  [["example.com:8443"], "example.com", 443, false],
  [[], "example.com", 443, false],
])("of %o is %s:%i: %s", (patterns, host, port, expected) => {
  expect(isNamed(patterns, host, port)).toBe(expected);
});

describe("the way out as this machine is set", () => {
  test("npm's registry may lie inside, unless the operator names what may", () => {
    const env = { npm_config_registry: "http://npm.house:4873/" };
    expect(wayOutOf(env).inside).toEqual(["npm.house:4873"]);
    expect(wayOutOf({ ...env, RUNNER_ALLOW_INSIDE: "a.house, *.b.house:8080" }).inside).toEqual([
      "a.house",
      "*.b.house:8080",
    ]);
    expect(wayOutOf({ ...env, RUNNER_ALLOW_INSIDE: "" }).inside).toEqual([]);
    expect(() => wayOutOf({ RUNNER_ALLOW_INSIDE: "10.0.0.0/8" })).toThrow(/RUNNER_ALLOW_INSIDE/);
  });

  test("its proxy is the next one", () => {
    const env = { HTTPS_PROXY: "http://me:p%40ss@proxy.house:3128", NO_PROXY: ".house, example.com" };
    expect(wayOutOf(env).upstream).toEqual({
      hostname: "proxy.house",
      port: 3128,
      authorization: `Basic ${Buffer.from("me:p@ss").toString("base64")}`,
      direct: ["house", "*.house", "example.com", "*.example.com"],
    });
    expect(wayOutOf({}).upstream).toBeNull();
    expect(() => wayOutOf({ HTTPS_PROXY: "socks5://x:1" })).toThrow(/HTTPS_PROXY/);
  });
});

describe.runIf(AVAILABLE.includes("bubblewrap"))("a confined command", () => {
  test("reaches nothing of the host's, however it is written, and its output says so", async () => {
    const sandbox = await fresh(DIRECT);
    const { port } = await greeter();
    const ways =
      "127.0.0.1 127.1 0x7f.1 2130706433 localhost LOCALHOST. [::1] [::ffff:127.0.0.1] 0.0.0.0".split(" ");
    for (const host of [...ways, "169.254.169.254", "10.0.0.1", "[fd00:ec2::254]"]) {
      const ended = await sandbox.run(tunnelTo(`${host}:${port}`), { network: "open" });
      expect(ended.output, host).toMatch(/^HTTP\/1.1 403 /m);
      expect(ended.output, host).toMatch(/\[tidegate\] Refused to connect to .*an address of the host/);
    }
    const plain = await sandbox.run(plainTo(`http://127.0.0.1:${port}/`), { network: "open" });
    expect(plain.output).toContain("403 Refused to connect to 127.0.0.1");
  });

  test("has no other way out", async () => {
    const sandbox = await fresh(DIRECT);
    const { output } = await sandbox.run("cat /proc/net/dev | tail -n +3 | cut -d: -f1; ls /run/tidegate", {
      network: "open",
    });
    expect(output.replaceAll(" ", "").split("\n").filter(Boolean)).toEqual(
      "lo egress.sock node outward.mts".split(" "),
    );
    const direct = `node -e 'require("net").connect(443, "1.1.1.1").on("error", (e) => { console.log(e.code); process.exit() }).on("connect", () => console.log("out"))'`;
    expect((await sandbox.run(direct, { network: "open" })).output).toMatch(/ENETUNREACH|EHOSTUNREACH/);
  });

  test("reaches an inner host that the operator names, on that port alone", async () => {
    const { port } = await greeter();
    const other = await greeter();
    const sandbox = await fresh({ inside: [`127.0.0.1:${port}`], upstream: null });
    const both = await sandbox.run(
      `${plainTo(`http://127.0.0.1:${port}/a?b=1`)}; ${plainTo(`http://127.0.0.1:${other.port}/`)}`,
      { network: "open" },
    );
    expect(both.output).toContain("200 hello /a?b=1");
    expect(both.output).toContain("403 Refused");
    const [tunnel] = (
      await sandbox.run(tunnelTo(`127.0.0.1:${port}`, "GET /t HTTP/1.0\\r\\n\\r\\n"))
    ).output.split("\n");
    expect(tunnel).toMatch(/^HTTP\/1.1 200 /);
  });

  test("with a list reaches the hosts of the list alone, by whatever proxy this host has", async () => {
    const { port } = await greeter();
    const proxy = await upstream(port);
    const sandbox = await fresh({ inside: [], upstream: proxy.way });
    const network: Network = { allow: ["good.test", "*.sub.test:8443"] };
    const answers: Record<string, string> = {};
    for (const at of [
      "good.test:443",
      "a.sub.test:8443",
      "a.sub.test:443",
      "sub.test:8443",
      "bad.test:443",
    ]) {
      const { output } = await sandbox.run(tunnelTo(at, "GET /x HTTP/1.0\\r\\n\\r\\n"), { network });
      answers[at] = /^HTTP\/1.1 (\d+)/m.exec(output)?.[1] ?? output;
      if (answers[at] === "200") expect(output).toContain("hello /x");
      else expect(output).toContain("not among the hosts");
    }
    expect(answers).toEqual({
      ...{ "good.test:443": "200", "a.sub.test:8443": "200", "a.sub.test:443": "403" },
      ...{ "sub.test:8443": "403", "bad.test:443": "403" },
    });
    expect(proxy.asked).toEqual(["good.test:443 Basic eDp5", "a.sub.test:8443 Basic eDp5"]);
  });

  test("is told of the proxy in the words of its tools, whatever its environment says", async () => {
    const sandbox = await fresh(DIRECT);
    const env = {
      HTTPS_PROXY: "http://elsewhere:1",
      MAVEN_OPTS: "-Xmx1g",
      NODE_OPTIONS: "--require ./no.js",
    };
    const { output } = await sandbox.run("env", { network: "open", env });
    for (const name of ["HTTPS_PROXY", "https_proxy", "http_proxy", "npm_config_https_proxy"]) {
      expect(output).toMatch(new RegExp(`^${name}=http://127.0.0.1:\\d+$`, "m"));
    }
    expect(output).toMatch(/^NO_PROXY=localhost,127.0.0.1/m);
    expect(output).toMatch(/^MAVEN_OPTS=-Xmx1g$/m);
    expect((await sandbox.run("env", { network: "none" })).output).not.toMatch(/proxy/i);
  });

  test("many connections at once, and large ones, come through whole", async () => {
    const { port } = await greeter();
    const sandbox = await fresh({ inside: [`127.0.0.1:${port}`], upstream: null });
    const many = `for i in $(seq 40); do curl -sS --noproxy "" http://127.0.0.1:${port}/big | sha256sum & done; wait`;
    const { output } = await sandbox.run(many, { network: "open" });
    const lines = output.trim().split("\n");
    expect([lines.length, new Set(lines).size]).toEqual([40, 1]);
  });

  test("a service with the network open answers on its port, and reaches no more than a command", async () => {
    const { port } = await greeter();
    const sandbox = await fresh(DIRECT);
    const serve = `node -e 'require("http").createServer((q, s) => require("http").get({ host: "127.0.0.1", port: ${port} })
      .on("response", () => s.end("out")).on("error", (e) => s.end(e.code))).listen(process.env.PORT)'`;
    await sandbox.serve("web", serve, { network: "open" });
    expect((await sandbox.service("web")).json).toMatchObject({ state: "ready" });
    expect((await sandbox.proxy("web", "GET", "/")).text).toBe("ECONNREFUSED");
  });
});

test("without walls a list of hosts is refused, and the host says that it keeps nothing in", async () => {
  const caller = await callRunner({ isolation: "none" });
  const sandbox = caller.sandbox("s");
  expect((await sandbox.create()).json).toMatchObject({ egress: "unconfined" });
  const network = { allow: ["example.com"] };
  const refused = await sandbox.start("k", "true", { network });
  expect(refused).toMatchObject({ status: 501, json: { code: "no_isolation" } });
  expect(await sandbox.serve("web", "true", { network })).toMatchObject({ status: 501 });
  expect((await caller.call("GET", "/health")).json).toMatchObject({ egress: "unconfined" });
});

async function fresh(wayOut: WayOut) {
  const sandbox = (await callRunner({ isolation: "bubblewrap", wayOut })).sandbox("s");
  expect((await sandbox.create()).json).toMatchObject({ egress: "confined" });
  return sandbox;
}

/** Speaks to the proxy as the text stands: no program between makes one address of another. */
function tunnelTo(at: string, then = ""): string {
  const script = `const s = require("net").connect(new URL(process.env.HTTPS_PROXY).port, "127.0.0.1");
    s.write("CONNECT ${at} HTTP/1.1\\r\\nhost: x\\r\\n\\r\\n${then}"); s.pipe(process.stdout); ${then === "" ? 's.once("data", () => s.end())' : ""}`;
  return `node -e '${script}'`;
}

function plainTo(url: string): string {
  const script = `require("http").get({ host: "127.0.0.1", port: new URL(process.env.HTTP_PROXY).port, path: "${url}" },
    async (r) => { process.stdout.write(r.statusCode + " "); for await (const part of r) process.stdout.write(part); })`;
  return `node -e '${script}'`;
}

async function greeter(): Promise<{ port: number }> {
  const big = Buffer.alloc(3_000_000, "tide");
  const server = createServer(({ url }, answer) => void answer.end(url === "/big" ? big : `hello ${url}\n`));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.close();
  });
  return { port: (server.address() as AddressInfo).port };
}

/** A proxy of the house: whatever is asked for, the greeter answers. */
async function upstream(to: number) {
  const asked: string[] = [];
  const server = createServer();
  server.on("connect", ({ url, headers }, client) => {
    asked.push(`${url} ${headers["proxy-authorization"]}`);
    const out = connect(to, "127.0.0.1", () => client.write("HTTP/1.1 200 OK\r\n\r\n"));
    out.pipe(client).pipe(out);
    out.on("error", () => client.destroy());
    client.on("error", () => out.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { asked, way: { hostname: "127.0.0.1", port, authorization: "Basic eDp5", direct: [] } };
}
