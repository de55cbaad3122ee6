/** Agents in words: what each is called, and which can be chosen. */
import { type AgentOffer, PRESETS, type Preset } from "../models/agent.ts";

const PRESET_NAMES: ReadonlyMap<string, Preset> = new Map<string, Preset>(Object.entries(PRESETS));
const OTHER_NAMES: Record<string, string> = { custom: "Own command", codegen: "Codegen" };

/** The name of an agent; one that is not known here is shown by its id, and none is said to be none. */
export function agentName(id: string | null): string {
  if (id === null || id === "") return "nobody";
  return PRESET_NAMES.get(id)?.name ?? OTHER_NAMES[id] ?? id;
}

/**
 * The agent to begin with: the project's own, or the only one there is; null: a person has to choose. Another than
 * the project's own is never taken in its place: it may cost what nobody wants to pay.
 */
export function firstChoice(offers: readonly AgentOffer[]): AgentOffer | null {
  const able = offers.filter((offer) => offer.missing === null);
  if (offers.some((offer) => offer.chosen)) return able.find((offer) => offer.chosen) ?? null;
  return able.length === 1 ? (able[0] ?? null) : null;
}
