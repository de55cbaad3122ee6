/** Where the page begins. */
import { render } from "preact";
import { z } from "zod";
import { App } from "./app.tsx";
import { startHub } from "./hub.ts";
import { keepNotices } from "./notices.ts";
import "./styles/index.css";

// zod would otherwise try to compile parsers, which the Content-Security-Policy forbids and reports.
z.config({ jitless: true });

try {
  keepNotices(localStorage);
} catch {
  // Storage is forbidden: the bell forgets when the page is left.
}
startHub();

const root = document.getElementById("app");
if (root !== null) render(<App />, root);
