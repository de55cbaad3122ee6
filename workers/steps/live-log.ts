/** The log of a running step: redacted, its long lines cut, told to the project, and laid into storage when the step ends. */
import type { ValidationOrder } from "../../models/step.ts";
import { bytesOf } from "../characters.ts";
import { projectOf } from "../project/index.ts";
import { keepLog, logKey } from "../store/logs.ts";
import { knownValues } from "../store/secrets.ts";
import { cutLines, Line, NEW_LINE } from "./cut-lines.ts";
import { formsOf, redact } from "./redact.ts";
import type { Work } from "./visit.ts";

/** Bytes that are read at once of a log that is laid. */
const READ_BYTES = 4 * 1024 * 1024;
/** What stands where something is missing: of the log, of a command's output, or of a line. */
const DROPPED = /\[tidegate\] \d+ bytes of (?:this log|output|this line) dropped here/;

export type LiveLog = Awaited<ReturnType<typeof liveLog>>;

/**
 * Opens the log where the last visit left it: `memo.log_at`, in bytes of clean text, and `memo.log_line`, the line that
 * had no end yet, which stays in the memo as it changes.
 */
export async function liveLog(work: Work) {
  const { env, vars, id, project, memo } = work;
  const forms = formsOf(await knownValues(env.DB, vars.SECRETS_KEY, project.id));
  const object = projectOf(env, project.id);
  let at = typeof memo.log_at === "number" ? memo.log_at : 0;
  let line = Line.safeParse(memo.log_line).data ?? NEW_LINE;
  let heard = "";
  const write = async (clean: string): Promise<void> => {
    if (clean === "") return;
    await object.log(id, at, clean);
    at += bytesOf(clean).length;
  };
  return {
    at: () => at,
    forms,
    /** Clean output that was added since the log was opened, its lines as long as they were. */
    heard: () => heard,
    /** A line of our own. */
    say: (words: string) => write(`${words}\n`),
    /**
     * Output of a command.
     *
     * @returns how many bytes of `output` were taken; the rest is to be read again with what follows it
     */
    async add(output: string, last: boolean): Promise<number> {
      const { clean, consumed } = redact(forms, output, last);
      const cut = cutLines(line, clean, last);
      line = cut.line;
      memo.log_line = line;
      await write(cut.text);
      heard += clean;
      return bytesOf(output.slice(0, consumed)).length;
    },
    /** The whole log so far, or from a byte of it on. */
    whole: (begin = 0) => wholeLog(object, id, begin),
  };
}

/** As it will be kept: its beginning, and of what was too much the end. */
async function wholeLog(object: ReturnType<typeof projectOf>, id: string, begin: number): Promise<string> {
  let text = "";
  let from = begin;
  for (;;) {
    const piece = await object.readLog(id, from, READ_BYTES);
    if (piece.next === from) break;
    text += piece.text;
    from = piece.next;
  }
  const tail = await object.tailOfLog(id, from);
  const missing = tail.text === "" ? 0 : tail.from - from;
  if (missing <= 0) return text + tail.text;
  return `${text}\n[tidegate] ${missing} bytes of this log dropped here: its beginning and its end are kept\n${tail.text}`;
}

/** Of whose log: `subject` is the validation or the run. */
export type Logged = { id: string; subject: string; project_id: string };

export function loggedOf({ id, validation_id: subject, project_id }: ValidationOrder): Logged {
  return { id, subject, project_id };
}

/**
 * Lays a log into storage, its last line why its step ended where nothing else says so. Repeating it lays the same.
 *
 * @returns its key; null when nothing was said
 */
export async function closeLog(
  env: Env,
  { id, subject, project_id }: Logged,
  why: string | null,
): Promise<string | null> {
  const object = projectOf(env, project_id);
  const end = await object.endOfLog(id);
  if (end === 0) return null;
  let text = await wholeLog(object, id, 0);
  const line = `# ${why}\n`;
  if (why !== null && !text.endsWith(line)) {
    const words = text.endsWith("\n") ? line : `\n${line}`;
    await object.log(id, end, words);
    text = await wholeLog(object, id, 0);
  }
  const key = logKey(subject, id);
  await keepLog(env.ARTIFACTS, key, text, DROPPED.test(text));
  return key;
}
