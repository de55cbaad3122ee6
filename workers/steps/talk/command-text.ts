/** Reads what a person asks of Tidegate in a comment. Pure: who wrote it and whether they may is not known here. */

export type Command =
  /** `goal` may be empty: then what it stands on is the goal. */
  | { verb: "run"; goal: string }
  /** `sha`: the beginning of the commit that is meant; null: whichever it was when the comment was written. */
  | { verb: "approve"; sha: string | null }
  | { verb: "retry" }
  | { verb: "stop" }
  | { verb: "help" };

const COMMAND = /^ {0,3}\/tidegate(?:[^\S\n]+(\S+)[^\S\n]*(.*))?[^\S\n]*$/im;

/**
 * The command of a comment: its first line that begins with `/tidegate`, outside of code, quotes and what is hidden.
 *
 * @returns null when it has none; `help` for a command that we do not know
 */
export function commandIn(comment: string): Command | null {
  const pieces = piecesOf(comment);
  for (const [nth, { text, code }] of pieces.entries()) {
    const found = code ? null : COMMAND.exec(text);
    if (found === null) continue;
    const below = [
      text.slice(found.index + found[0].length),
      ...pieces.slice(nth + 1).map((one) => one.text),
    ];
    return commandOf(found[1] ?? "", `${found[2] ?? ""}${below.join("")}`);
  }
  return null;
}

function commandOf(verb: string, rest: string): Command {
  switch (verb.toLowerCase()) {
    case "run":
      return { verb: "run", goal: rest.trim() };
    case "approve":
      return approval(rest.trim().split(/\s/)[0] ?? "");
    case "retry":
      return { verb: "retry" };
    case "stop":
      return { verb: "stop" };
    default:
      return { verb: "help" };
  }
}

/** Something else than a commit behind it is no approval: it may have been meant to limit it. */
function approval(word: string): Command {
  if (word === "") return { verb: "approve", sha: null };
  return /^[0-9a-f]{7,40}$/i.test(word) ? { verb: "approve", sha: word.toLowerCase() } : { verb: "help" };
}

/** A text as GitHub shows it: what is hidden from people must not speak to us, nor to an agent. */
export function visible(text: string): string {
  return piecesOf(text)
    .map((piece) => piece.text)
    .join("");
}

type Piece = { text: string; code: boolean };

/** Where a block of code, an HTML comment or code within a line begins. */
const OPENING = /^ {0,3}(`{3,}(?=[^`\n]*$)|~{3,})|(^ {0,3}<!--)|<!--|`[^`\n]+`/gm;

/** Words and blocks of code in turn; what HTML comments hide is left out. */
function piecesOf(markdown: string): Piece[] {
  const all = markdown.replace(/\r\n?/g, "\n");
  const lastEnd = all.lastIndexOf("-->");
  const opening = new RegExp(OPENING);
  const pieces: Piece[] = [];
  let words = "";
  let at = 0;
  for (let found = opening.exec(all); found !== null; found = opening.exec(all)) {
    const [mark, fence, block] = found;
    words += all.slice(at, found.index);
    at = opening.lastIndex;
    if (fence !== undefined) {
      at = endOfBlock(all, at, fence);
      pieces.push({ text: words, code: false }, { text: all.slice(found.index, at), code: true });
      words = "";
    } else if (!mark.endsWith("<!--")) {
      words += mark;
    } else if (at <= lastEnd) {
      at = all.indexOf("-->", at) + 3;
    } else if (block !== undefined) {
      // Never ended, it hides all that follows; within a line it is plain words.
      at = all.length;
    } else {
      words += mark;
    }
    opening.lastIndex = at;
  }
  return [...pieces, { text: words + all.slice(at), code: false }];
}

/** A block ends with at least as many of the marks that it began with and nothing behind them, or with the text. */
function endOfBlock(text: string, from: number, fence: string): number {
  const closing = new RegExp(`^ {0,3}${fence}${fence[0]}*[^\\S\\n]*$`, "gm");
  closing.lastIndex = from;
  return closing.exec(text) === null ? text.length : closing.lastIndex;
}
