/** A configuration as text with line numbers; the server's complaints stand at their lines. */
import { useRef } from "preact/hooks";
import { lineProblems, lineRange } from "./config-lines.ts";
import { Icon } from "./parts/icon.tsx";

export type ConfigTextProps = { text: string; set: (text: string) => void; error: string | undefined };

export function ConfigText({ text, set, error }: ConfigTextProps) {
  const area = useRef<HTMLTextAreaElement>(null);
  const problems = error === undefined ? [] : lineProblems(error);
  const lines = Math.max(8, text.split("\n").length);
  const bad = new Set(problems.map((problem) => problem.line));
  const show = (line: number): void => {
    const { start, end } = lineRange(text, line);
    area.current?.focus();
    area.current?.setSelectionRange(start, end);
  };
  return (
    <div class="field">
      <div class="yaml">
        <div class="lines number" aria-hidden="true">
          {Array.from({ length: lines }, (_, index) => index + 1).map((line) => (
            <span key={line} class={bad.has(line) ? "tone-bad" : ""}>
              {bad.has(line) && "● "}
              {line}
            </span>
          ))}
        </div>
        <textarea
          ref={area}
          class="code"
          aria-label="Own configuration, YAML"
          aria-invalid={problems.length > 0}
          aria-describedby="config-problems"
          rows={lines}
          wrap="off"
          spellcheck={false}
          autocapitalize="off"
          value={text}
          onInput={(event) => set(event.currentTarget.value)}
        />
      </div>
      <ul id="config-problems" class="problems" role="alert">
        {problems.map(({ line, message }) => (
          <li key={`${line} ${message}`} class="tone-bad">
            <Icon name="cross" />
            <button type="button" class="link" onClick={() => show(line)}>
              Line {line}
            </button>
            <span>{message}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}
