/** The prompt that a run would begin with, in full, before anything is sent to an agent. */
import type { NewRun } from "../models/run.ts";
import { many } from "./parts/figures.ts";
import { useLoad } from "./parts/load.tsx";
import { TextDialog } from "./parts/text-dialog.tsx";
import { api } from "./server.ts";

export type PromptPreviewProps = { project: string; body: NewRun; close: () => void };

export function PromptPreview({ project, body, close }: PromptPreviewProps) {
  const read = useLoad("prompt", async () => {
    const { prompt, tokens, sources } = await api.promptOf(project, body);
    return { text: prompt, about: <About tokens={tokens} sources={sources} /> };
  });
  return <TextDialog title="The prompt" what="the prompt" from={read} close={close} />;
}

function About({ tokens, sources }: { tokens: number; sources: string[] }) {
  return (
    <>
      <span class="number">{many(tokens)} tokens</span>
      <span>made of {sources.length === 0 ? "the goal alone" : sources.join(", ")}</span>
    </>
  );
}
