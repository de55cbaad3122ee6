/** What every vendor of agents answers, whether it works in a sandbox of ours or on machines of its own. */
import type { Said, SaidFormat } from "../../../models/said.ts";
import type { TurnPurpose } from "../../../models/turn.ts";
import type { Reason } from "../../../models/validation.ts";

/** One turn as a vendor is asked for it. */
export type Asked = {
  /** `<run>.turn.<nth>`: asked for twice under one id, it works once. */
  turn: string;
  purpose: TurnPurpose;
  prompt: string;
  /** Data URIs. */
  images: readonly string[];
  /** `owner/name`, whose pull request is looked for. */
  full_name: string;
  /** By which a later turn of the same run goes on; null for the first. */
  ref: string | null;
  /** Environment of the agent's own program, keys included. */
  env: Record<string, string>;
  timeout_ms: number;
  /** A vendor's own clock, in ms: when the turn began. */
  began_at: number;
};

/** What a vendor must remember between two looks at one turn. */
export type VendorMemo = Record<string, unknown>;

/** Where a vendor writes what is said. */
export type Ear = {
  /** Output of a program, as it came; returns how many bytes were taken: the rest comes again with what follows it. */
  output(text: string, last: boolean): Promise<number>;
  /** Items of a vendor that tells them one by one. */
  items(said: readonly Said[]): Promise<void>;
};

/** Keeps the memo before something is done that must not be done twice. */
export type Remember = (memo: VendorMemo) => Promise<void>;

/** `answer`: its last words, where the vendor tells them apart. `pull`: one that it opened by itself. */
export type End =
  | { state: "done"; answer: string | null; pull: { number: number; branch: string | null } | null }
  | { state: "failed" | "timed_out" | "errored"; reason: Reason };

export type Look = {
  memo: VendorMemo;
  ref: string | null;
  /** Where people can watch it at the vendor. */
  web_url: string | null;
} & ({ state: "working"; again_s: number; pull?: number } | End);

export interface Agent {
  /** How people call it. */
  readonly name: string;
  readonly format: SaidFormat;
  /** Works in a sandbox of ours, on a working copy: its diff becomes a commit. Otherwise it pushes by itself. */
  readonly here: boolean;
  /** Begins the turn or finds it, hears what was said since, and looks whether it ended. A few seconds at most. */
  look(asked: Asked, memo: VendorMemo, ear: Ear, remember: Remember): Promise<Look>;
  /** Ends a turn that is under way, by whatever is known of it; one that is not there has ended. */
  stop(turn: Pick<Asked, "turn" | "ref">, memo: VendorMemo): Promise<void>;
}
