/** The log of a running step: redacted, sent to whoever follows it, and laid into storage when the step ends. */
import { projectOf } from "../project/index.ts";
import { knownValues } from "../store/secrets.ts";
import { formsOf, redact } from "./redact.ts";
import type { Work } from "./visit.ts";

/** Where the full log of a step is kept. */
export function logKey(subject: string, id: string): string {
  return `logs/${subject}/${id}.log`;
}

export type LiveLog = Awaited<ReturnType<typeof liveLog>>;

/** Opens the log where the last visit left it (`memo.log_at`, in bytes of clean text). */
export async function liveLog(work: Work) {
  const { env, vars, id, subject, project, memo } = work;
  const forms = formsOf(await knownValues(env.DB, vars.SECRETS_KEY, project.id));
  const object = projectOf(env, project.id);
  let at = typeof memo.log_at === "number" ? memo.log_at : 0;
  let heard = "";
  const write = async (clean: string): Promise<void> => {
    if (clean === "") return;
    const next = at + new TextEncoder().encode(clean).length;
    await object.log(id, at, clean, next, false);
    at = next;
  };
  return {
    at: () => at,
    forms,
    /** Clean output that was added since the log was opened. */
    heard: () => heard,
    /** A line of our own. */
    say: (line: string) => write(`${line}\n`),
    /**
     * Output of a command.
     *
     * @returns how many bytes of `output` were taken; the rest is to be read again with what follows it
     */
    async add(output: string, last: boolean): Promise<number> {
      const { clean, consumed } = redact(forms, output, last);
      await write(clean);
      heard += clean;
      return new TextEncoder().encode(output.slice(0, consumed)).length;
    },
    /** The whole log so far, or from a byte of it on. */
    async whole(begin = 0): Promise<string> {
      let text = "";
      for (let from = begin; from < at; ) {
        const piece = await object.readLog(id, from);
        if (piece.next === from) break;
        text += piece.text;
        from = piece.next;
      }
      return text;
    },
    /** Lays the log into storage. @returns its key */
    async close(): Promise<string> {
      const key = logKey(subject, id);
      await env.ARTIFACTS.put(key, await this.whole(), {
        httpMetadata: { contentType: "text/plain; charset=utf-8" },
      });
      await object.log(id, at, "", at, true);
      await object.dropLog(id);
      return key;
    },
  };
}
