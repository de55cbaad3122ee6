import { defineConfig } from "vitest/config";

/** `unit` needs nothing but Node; `outside` runs real git, processes and HTTP; `app` runs the whole application in workerd. */
export default defineConfig({
  test: {
    // What a Worker logs is of interest when its test fails.
    silent: "passed-only",
    projects: [
      {
        test: {
          name: "unit",
          include: [
            "models/**/*.test.ts",
            "graph/**/*.test.ts",
            "workers/**/*.test.ts",
            "pages/**/*.test.ts",
            "clients/**/*.test.ts",
            "simulate/**/*.test.ts",
            "bench/**/*.test.ts",
          ],
        },
      },
      {
        test: {
          name: "outside",
          include: ["runner/**/*.test.ts", "rehearsal/**/*.test.ts"],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: "app",
          include: ["test/**/*.test.ts"],
          globalSetup: ["test/build.ts"],
          testTimeout: 180_000,
          hookTimeout: 180_000,
          // One machine (workerd, browser, runner, GitHub) per file on two cores: files one after another.
          fileParallelism: false,
        },
      },
    ],
  },
});
