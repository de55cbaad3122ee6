/** A modal dialog: the browser's own, which keeps the focus inside and closes with Escape. */
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";

export type DialogProps = {
  title: string;
  close: () => void;
  wide?: boolean;
  /** A click beside it closes nothing: what was typed would be lost. */
  sticky?: boolean;
  children: ComponentChildren;
};

/** Open for as long as it is drawn. */
export function Dialog({ title, close, wide = false, sticky = false, children }: DialogProps) {
  const element = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const before = document.activeElement;
    element.current?.showModal();
    // A form is opened to be filled in: the browser alone would begin at the button that closes it.
    element.current?.querySelector<HTMLElement>("textarea, input, select")?.focus();
    return () => {
      // Removing an open dialog loses the place of a keyboard user.
      if (before instanceof HTMLElement) before.focus({ preventScroll: true });
    };
  }, []);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape closes a dialog by itself; the click is for its backdrop
    <dialog
      ref={element}
      class={wide ? "wide" : ""}
      aria-label={title}
      onClose={close}
      onClick={(click) => !sticky && click.target === element.current && close()}
    >
      <header>
        <h2>{title}</h2>
        <button type="button" class="plain" onClick={close} aria-label="Close">
          ✕
        </button>
      </header>
      {children}
    </dialog>
  );
}

/** Asks before what cannot be undone. */
export function Confirm(props: {
  title: string;
  say: ComponentChildren;
  yes: string;
  /** What is said instead; unless given, that what is there is kept. */
  no?: string;
  busy: boolean;
  act: () => void;
  close: () => void;
  children?: ComponentChildren;
}) {
  return (
    <Dialog title={props.title} close={props.close}>
      <p>{props.say}</p>
      {props.children}
      <footer>
        <button type="button" onClick={props.close}>
          {props.no ?? "Keep it"}
        </button>
        <button type="button" class="danger" disabled={props.busy} onClick={props.act}>
          {props.yes}
        </button>
      </footer>
    </Dialog>
  );
}
