/** A log to read: it follows its end until somebody scrolls up, and stays quick when it is long. */
import { useMemo, useState } from "preact/hooks";
import type { StepRecord } from "../models/step.ts";
import { spans, styleClass } from "./ansi.ts";
import { type Chunk, textOf } from "./buffer.ts";
import { EarlierButton } from "./earlier.tsx";
import { CopyButton } from "./parts/copy.tsx";
import { useEnd } from "./parts/follow-end.ts";
import { Failed } from "./parts/load.tsx";
import { api } from "./server.ts";
import { useTail } from "./tail.ts";

export function Log({ project, step }: { project: string; step: StepRecord }) {
  const running = step.state === "running" || step.state === "queued";
  const { buffer, error, again, earlier } = useTail({
    project,
    id: step.id,
    running,
    read: (from) => api.log(step.id, step.validation_id, from),
  });
  const [wrap, setWrap] = useState(true);
  const { box, following, scrolled, resume } = useEnd(running, [buffer, wrap]);
  const empty = buffer.next === 0;
  return (
    <div class="log-box">
      <div class="log-bar">
        <h4>Log</h4>
        {running && <span class="quiet">{following ? "following" : "paused"}</span>}
        <span class="gap" />
        <label class="check">
          <input type="checkbox" checked={wrap} onChange={(event) => setWrap(event.currentTarget.checked)} />
          Wrap lines
        </label>
        <CopyButton text={() => textOf(buffer)} label="Copy what is shown of the log" words="Copy" />
      </div>
      {error !== null && <Failed what="the log" error={error} retry={again} />}
      <section
        ref={box}
        class={`log${wrap ? " wrap" : ""}`}
        onScroll={scrolled}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        tabIndex={0}
        aria-label="Log of the step"
      >
        {earlier !== null && <EarlierButton {...earlier} />}
        {buffer.chunks.map((chunk) => (
          <Piece key={chunk.key} chunk={chunk} />
        ))}
        {buffer.withheld && (
          <p class="quiet">It said more than is shown while it runs: the last of it follows at its end.</p>
        )}
        {empty && <p class="quiet">{placeholder(running, buffer.end)}</p>}
      </section>
      {running && !following && (
        <button type="button" class="small resume" onClick={resume}>
          ↓ Follow the end
        </button>
      )}
    </div>
  );
}

function placeholder(running: boolean, end: boolean): string {
  if (running) return "Nothing was written yet.";
  return end ? "The log is empty." : "Loading the log…";
}

/** Drawn once: only the last chunk of a log changes. */
function Piece({ chunk }: { chunk: Chunk }) {
  return useMemo(() => {
    const parts = spans(chunk.text, chunk.style).spans;
    return (
      <pre>
        {parts.map(({ text, style }, index) => {
          const name = styleClass(style);
          if (name === "") return text;
          return (
            <span key={index} class={name}>
              {text}
            </span>
          );
        })}
      </pre>
    );
  }, [chunk]);
}
