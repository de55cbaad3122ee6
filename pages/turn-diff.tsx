/** What a turn changed, file by file; while the agent works it grows. */
import { useEffect, useMemo } from "preact/hooks";
import type { DiffStat, Turn } from "../models/turn.ts";
import { type DiffFile, type DiffLine, readDiff } from "./diff.ts";
import { CopyButton } from "./parts/copy.tsx";
import { debounce } from "./parts/debounce.ts";
import { Fold } from "./parts/fold.tsx";
import { Load, useLoad } from "./parts/load.tsx";
import { api } from "./server.ts";

/** A longer file, such as a lock file, is closed until somebody wants to see it. */
const OPEN_LINES = 400;

export function TurnDiff({ turn, stat }: { turn: Turn; stat: DiffStat | null }) {
  const read = useLoad(turn.id, async () => ({ text: await api.turnText(turn.run_id, turn.nth, "diff") }));
  const { reload } = read;
  const grown = stat === null ? "" : `${stat.files} ${stat.added} ${stat.removed}`;
  const again = useMemo(() => debounce(reload, 500), [reload]);
  useEffect(() => {
    again();
  }, [again, grown, turn.state]);
  return (
    <Load from={read} what="the diff">
      {({ text }) => <Diff text={text ?? ""} running={turn.state === "running"} />}
    </Load>
  );
}

function Diff({ text, running }: { text: string; running: boolean }) {
  const files = useMemo(() => readDiff(text), [text]);
  if (files.length === 0) {
    return <p class="quiet">{running ? "Nothing was changed yet." : "Nothing was changed."}</p>;
  }
  return (
    <section class="diff" aria-label="Diff">
      <CopyButton text={() => text} label="Copy the diff" words="Copy the diff" />
      {files.map((file) => (
        <File key={file.path} file={file} />
      ))}
    </section>
  );
}

function File({ file }: { file: DiffFile }) {
  const { path, added, removed, lines } = file;
  return (
    <Fold
      class="diff-file"
      open={lines.length <= OPEN_LINES}
      summary={
        <>
          <code>{path}</code>{" "}
          <span class="number">
            <span class="tone-good">+{added}</span> <span class="tone-bad">−{removed}</span>
          </span>
        </>
      }
    >
      {() => (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        <section class="diff-lines" tabIndex={0} aria-label={`Changes of ${path}`}>
          <pre>
            {lines.map((line, index) => (
              <Line key={index} line={line} />
            ))}
          </pre>
        </section>
      )}
    </Fold>
  );
}

function Line({ line: { kind, text } }: { line: DiffLine }) {
  return <span class={`diff-${kind}`}>{`${text}\n`}</span>;
}
