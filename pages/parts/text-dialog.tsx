/** A long text over the page, to read and to copy. */
import type { ComponentChildren } from "preact";
import { CopyButton } from "./copy.tsx";
import { Dialog } from "./dialog.tsx";
import { Load, type Loaded } from "./load.tsx";

export type LongText = { text: string; about?: ComponentChildren };

export type TextDialogProps = {
  title: string;
  /** As in "Cannot load …". */
  what: string;
  from: Pick<Loaded<LongText>, "data" | "error" | "reload">;
  close: () => void;
};

export function TextDialog({ title, what, from, close }: TextDialogProps) {
  return (
    <Dialog title={title} close={close} wide>
      <Load from={from} what={what}>
        {({ text, about }) => (
          <>
            <div class="bar-line">
              <div class="meta quiet">{about}</div>
              <CopyButton text={() => text} label={`Copy ${what}`} words="Copy" />
            </div>
            {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
            <section class="log wrap" tabIndex={0} aria-label={title}>
              <pre>{text}</pre>
            </section>
          </>
        )}
      </Load>
    </Dialog>
  );
}
