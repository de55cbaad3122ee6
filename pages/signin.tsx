/** Signing in with the one-time link that `npm start` prints. */

import { useEffect, useState } from "preact/hooks";
import { useLocation } from "preact-iso";
import { ApiError } from "../clients/api.ts";
import { Logo } from "./logo.tsx";
import { Icon } from "./parts/icon.tsx";
import { useTitle } from "./parts/title.ts";
import { api, problemText, session } from "./server.ts";

/** The link in the fragment, taken out of the address bar: it must not stay in a history or a screenshot. */
function takeLink(): string | null {
  const link = decodeURIComponent(location.hash.slice(1));
  if (link === "") return null;
  history.replaceState(null, "", "/signin");
  return link;
}

type State = { at: "none" } | { at: "asking" } | { at: "refused"; error: unknown };

export function SignInScreen() {
  useTitle("Sign in");
  const { route, path } = useLocation();
  const [state, set] = useState<State>({ at: "none" });
  useEffect(() => {
    const enter = (): void => {
      const link = path === "/signin" ? takeLink() : null;
      if (link === null) return;
      set({ at: "asking" });
      api.signIn(link).then(
        ({ owner, expires_at }) => {
          session.set({ owner, expires_at });
          route("/", true);
        },
        (error: unknown) => set({ at: "refused", error }),
      );
    };
    enter();
    // A new link pasted over the old one changes the fragment only: the page is not loaded again.
    addEventListener("hashchange", enter);
    return () => removeEventListener("hashchange", enter);
  }, [path]);
  return (
    <main id="main" class="signin">
      <Logo />
      <h1>Sign in to Tidegate</h1>
      <div aria-live="polite">
        {state.at === "asking" && <p>Signing in…</p>}
        {state.at === "refused" && <Refused error={state.error} />}
        {state.at === "none" && <p>You sign in with a one-time link. No password is kept anywhere.</p>}
      </div>
      {state.at !== "asking" && (
        <p class="todo">
          Press <kbd>l</kbd> in the terminal where <code>npm start</code> runs for a new link, then open it in
          this browser.
        </p>
      )}
    </main>
  );
}

function Refused({ error }: { error: unknown }) {
  const used = error instanceof ApiError && [400, 401, 403, 404, 410].includes(error.problem.status);
  return (
    <div class="note tone-bad" role="alert">
      <Icon name="alert" />
      <div>
        <strong>{used ? "This link does not sign you in" : "Cannot sign in"}</strong>
        <p>
          {used
            ? "It was used already, is too old, or is incomplete. Each link works once."
            : problemText(error)}
        </p>
      </div>
    </div>
  );
}
