/** Builds the dashboard: `npx vite build pages` writes pages/dist, which Pages serves. */
import preact from "@preact/preset-vite";
import { defineConfig } from "vite";

export default defineConfig({
  plugins: [preact()],
  build: {
    outDir: "dist",
    emptyOutDir: true,
    // Inlined files would be data: URLs, which the Content-Security-Policy allows for images only.
    assetsInlineLimit: 0,
    // The preload helper is for lazy chunks in old browsers; there are neither.
    modulePreload: { polyfill: false },
  },
  server: { proxy: { "/api": { target: "http://localhost:8787", ws: true } } },
});
