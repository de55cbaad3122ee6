/** The header: where one is, whether the page is live, what happened, and how to leave. */
import { useLocation } from "preact-iso";
import { Bell } from "./bell.tsx";
import { type Connection, connection } from "./hub.ts";
import { Jump } from "./jump.tsx";
import { Logo } from "./logo.tsx";
import { useCell } from "./parts/cell.ts";
import { Icon } from "./parts/icon.tsx";
import { api, session } from "./server.ts";
import { ThemeSwitch } from "./theme.tsx";
import type { Mark } from "./words.ts";

const CONNECTIONS: Record<Connection, Mark & { means: string }> = {
  idle: { word: "No live project", tone: "quiet", shape: "dash", means: "No project is pinned yet" },
  connecting: { word: "Connecting", tone: "quiet", shape: "spin", means: "Connecting to the server" },
  live: { word: "Live", tone: "good", shape: "check", means: "Changes appear by themselves" },
  reconnecting: {
    word: "Reconnecting",
    tone: "warn",
    shape: "spin",
    means: "The connection was lost; what is shown may be old. It is tried again by itself.",
  },
  offline: { word: "Offline", tone: "bad", shape: "slash", means: "This browser has no network" },
};

export function Header() {
  return (
    <header class="top">
      <a class="brand" href="/" aria-label="Tidegate, all projects">
        <Logo />
        <span>Tidegate</span>
      </a>
      <Jump />
      <span class="gap" />
      <Connected />
      <ThemeSwitch />
      <Bell />
      <SignOut />
    </header>
  );
}

function Connected() {
  const { word, tone, shape, means } = CONNECTIONS[useCell(connection)];
  return (
    <span class={`connection badge bare tone-${tone}`} role="status" title={means}>
      <Icon name={shape} />
      <span>{word}</span>
    </span>
  );
}

function SignOut() {
  const { route } = useLocation();
  const leave = (): void => {
    // Also when the server cannot be reached: who asks to leave a shared computer must see it happen.
    const gone = (): void => {
      session.set(null);
      route("/signin");
    };
    api.signOut().then(gone, gone);
  };
  return (
    <button type="button" class="plain small signout" onClick={leave}>
      Sign out
    </button>
  );
}
