/** Where the page begins. */
import "./jitless.ts";

import { render } from "preact";
import { App } from "./app.tsx";
import { startHub } from "./hub.ts";
import { keepNotices } from "./notices.ts";
import "./styles/index.css";

try {
  keepNotices(localStorage);
} catch {
  // Storage is forbidden: the bell forgets when the page is left.
}
startHub();

const root = document.getElementById("app");
if (root !== null) render(<App />, root);
