/** What an agent said, to read: its thoughts, its tools with their results folded, its words, its errors. */
import { useState } from "preact/hooks";
import { EarlierButton } from "./earlier.tsx";
import { Fold } from "./parts/fold.tsx";
import { useEnd } from "./parts/follow-end.ts";
import type { SaidRow } from "./said-rows.ts";
import type { Earlier } from "./tail.ts";
import { count } from "./words.ts";

/** Drawing thousands of rows makes a page slow; earlier ones come when they are asked for. */
const MOST_ROWS = 200;

export type SaidViewProps = {
  rows: readonly SaidRow[];
  running: boolean;
  end: boolean;
  start: number;
  earlier: Earlier | null;
};

export function SaidView({ rows, running, end, start, earlier }: SaidViewProps) {
  const [most, more] = useState(MOST_ROWS);
  const { box, following, scrolled, resume } = useEnd(running, [rows]);
  const hidden = Math.max(0, rows.length - most);
  return (
    <div class="log-box">
      <div class="log-bar">
        <h4>What it says</h4>
        {running && <span class="quiet">{following ? "following" : "paused"}</span>}
      </div>
      <section
        ref={box}
        class="log said"
        onScroll={scrolled}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        tabIndex={0}
        aria-label="What the agent says"
      >
        {hidden > 0 && (
          <button type="button" class="small" onClick={() => more(most + MOST_ROWS * 5)}>
            Show {count(Math.min(hidden, MOST_ROWS * 5), "earlier row")}
          </button>
        )}
        {hidden === 0 && earlier !== null && (
          <EarlierButton
            reading={earlier.reading}
            read={() => {
              more(most + MOST_ROWS * 5);
              earlier.read();
            }}
          />
        )}
        {/* A row's key is its place: what was opened must not open another row once earlier ones are there. */}
        <ol key={start}>
          {rows.slice(hidden).map((row, index) => (
            <li key={hidden + index} class={`said-${row.kind}`}>
              <Row row={row} />
            </li>
          ))}
        </ol>
        {rows.length === 0 && <p class="quiet">{placeholder(running, end)}</p>}
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
  if (running) return "Nothing was said yet.";
  return end ? "It said nothing." : "Loading what it said…";
}

function Row({ row }: { row: SaidRow }) {
  switch (row.kind) {
    case "tool":
      return <Tool row={row} />;
    case "setup":
      return (
        <Fold summary={`Before it began: ${count(row.text.split("\n").length, "line")}`}>
          {() => <pre>{row.text}</pre>}
        </Fold>
      );
    case "result":
      return <Fold summary="Result">{() => <pre>{row.text}</pre>}</Fold>;
    case "text":
      return <pre>{row.text}</pre>;
    case "thought":
    case "answer":
    case "error":
      return (
        <>
          <h5>{TITLES[row.kind]}</h5>
          <p class="prose">{row.text}</p>
        </>
      );
  }
}

const TITLES = { thought: "Thinks", answer: "Answers", error: "Error" };

function Tool({ row: { name, input, result } }: { row: Extract<SaidRow, { kind: "tool" }> }) {
  return (
    <Fold
      summary={
        <>
          <strong>{name}</strong> <code class="quiet clip">{input}</code>
        </>
      }
    >
      {() => (
        <>
          {input !== "" && <pre>{input}</pre>}
          <pre class="said-result">{result ?? "No result yet"}</pre>
        </>
      )}
    </Fold>
  );
}
