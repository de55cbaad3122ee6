/** Text that is needed elsewhere: shown as code, copied by a click. */
import { useEffect, useState } from "preact/hooks";
import { Icon } from "./icon.tsx";

/** A button that copies; it says so for a moment, or that it could not. */
export function CopyButton({ text, label, words }: { text: () => string; label: string; words?: string }) {
  const [said, say] = useState<string | null>(null);
  useEffect(() => {
    if (said === null) return;
    const timer = setTimeout(() => say(null), 1500);
    return () => clearTimeout(timer);
  }, [said]);
  const copy = (): void => {
    // Without https or localhost there is no clipboard: saying "copied" would be a lie.
    const write = navigator.clipboard?.writeText(text()) ?? Promise.reject(new Error("no clipboard"));
    write.then(
      () => say("Copied"),
      () => say("Cannot copy"),
    );
  };
  return (
    <button type="button" class="copy small plain" onClick={copy} title={label} aria-label={label}>
      <Icon name={said === "Copied" ? "check" : "copy"} />
      {words !== undefined && <span>{said ?? words}</span>}
      <span class="unseen" aria-live="polite">
        {said ?? ""}
      </span>
    </button>
  );
}

/** A value in code with its copy button; `shown` may be shorter than what is copied. */
export function Copyable({ text, shown, label }: { text: string; shown?: string; label: string }) {
  return (
    <span class="copyable">
      <code title={text}>{shown ?? text}</code>
      <CopyButton text={() => text} label={`Copy ${label}`} />
    </span>
  );
}
