import { expect, test } from "vitest";
import { type Scene, welcome } from "./welcome.ts";

const scene = (changes: Partial<Scene>): Scene => ({
  machine: {
    url: "http://localhost:1",
    runner: { isolation: "none" },
    chrome: { path: "/chrome" },
  } as Scene["machine"],
  project: { full_name: "team/list" } as Scene["project"],
  ...{ token: "t", clone: "http://c.git", link: "http://localhost:1/signin#x", github: "http://g" },
  ...{ keys: true, sample: true, agent: null, first: "First" },
  ...changes,
});

test("keys are named only where somebody can press them", () => {
  expect(welcome(scene({}))).toMatch(/press l.*press g.*Press p.*Keys: l/s);
  for (const changes of [{}, { sample: false }, { agent: "yours" }])
    expect(welcome(scene({ ...changes, keys: false }))).not.toMatch(/\b(press|keys?:)\b/i);
});
