/** The frame around every screen: who may see it, the header, and which screen belongs to which path. */

import { useEffect, useState } from "preact/hooks";
import { LocationProvider, Route, Router, useLocation } from "preact-iso";
import { Alerts } from "./alerts.tsx";
import { readCards, watchCards } from "./cards.ts";
import { Header } from "./header.tsx";
import { useKeys } from "./keys.ts";
import { useCell } from "./parts/cell.ts";
import { Failed, Waiting } from "./parts/load.tsx";
import { ProjectScreen } from "./project.tsx";
import { ProjectsScreen } from "./projects.tsx";
import { PullScreen } from "./pull.tsx";
import { RunScreen } from "./run.tsx";
import { api, session } from "./server.ts";
import { Shortcuts } from "./shortcuts.tsx";
import { SignInScreen } from "./signin.tsx";

/** The whole page. */
export function App() {
  return (
    <LocationProvider>
      <a class="skip" href="#main">
        Skip to the content
      </a>
      <Gate />
    </LocationProvider>
  );
}

/** Lets in who is signed in; everybody else sees how to get in. */
function Gate() {
  const { path } = useLocation();
  const who = useCell(session);
  const [error, fail] = useState<unknown>(null);
  const ask = (): void => {
    fail(null);
    api.session().then(session.set, (problem: unknown) => session.get() === undefined && fail(problem));
  };
  useEffect(() => {
    if (path !== "/signin" && session.get() === undefined) ask();
  }, [path]);
  if (path === "/signin" || who === null) return <SignInScreen />;
  if (error !== null) {
    return (
      <main id="main">
        <Failed what="your session" error={error} retry={ask} />
      </main>
    );
  }
  if (who === undefined) {
    return (
      <main id="main">
        <Waiting what="your session" />
      </main>
    );
  }
  return <Inside />;
}

function Inside() {
  const [help, showHelp] = useState(false);
  const { route } = useLocation();
  useKeys({ help: () => showHelp(true), go: route });
  useEffect(() => {
    void readCards();
    return watchCards();
  }, []);
  return (
    <>
      <Header />
      <main id="main" tabIndex={-1}>
        <Alerts />
        <Router>
          <Route path="/" component={ProjectsScreen} />
          <Route path="/projects/:id/pulls/:number" component={PullScreen} />
          <Route path="/projects/:id/runs/:run" component={RunScreen} />
          <Route path="/projects/:id/:tab?" component={ProjectScreen} />
          <Route default component={Nowhere} />
        </Router>
      </main>
      {help && <Shortcuts close={() => showHelp(false)} />}
    </>
  );
}

function Nowhere() {
  return (
    <div class="empty">
      <h1>There is nothing here</h1>
      <p>
        The address names no screen. <a href="/">Go to the projects</a>
      </p>
    </div>
  );
}
