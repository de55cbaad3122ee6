import type { ContextFormat } from "../../models/context.ts";
import type { RankedNode } from "../queries/context-evidence.ts";
import { formatSelection } from "../queries/context-format.ts";
import type { Selection } from "../queries/context-selection.ts";

/** Writes contexts in its own way, and may put nodes in its own order. */
export interface ContextPlugin {
  name: string;
  version: string;
  /**
   * The text of a selection. Called with parts of the final selection too, to learn what each costs: it must depend on
   * its arguments alone. The budget holds whatever it returns.
   */
  formatContext(selection: Selection, format: ContextFormat): string;
  /** The nodes in the order in which they shall be taken; those that it leaves out are left out. */
  rankNodes?(nodes: readonly RankedNode[], task: string): RankedNode[];
}

/** The way that is taken when no other is asked for. */
export const basic: ContextPlugin = { name: "basic", version: "1.0.0", formatContext: formatSelection };
