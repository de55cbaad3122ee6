/** Keeps answers small enough for whoever reads them with a limited memory. */
import { estimate } from "../../graph/queries/tokens.ts";

/** No answer of a tool costs more tokens than this, whatever the model. */
export const MAX_TOKENS = 8_000;
export const DEFAULT_LIMIT = 25;

/** Texts within an answer (docstrings, signatures, callees as written). */
const MAX_TEXT = 300;
/** Lists within an item of the list. */
const MAX_INNER = 5;
/** Lists beside the list; of plain texts such as paths more fit. */
const MAX_BESIDE = 10;
const MAX_BESIDE_TEXTS = 60;

export type Bounded<A> = A & {
  truncated: boolean;
  /** Ask again with this offset for what follows. */
  next_offset?: number;
  /** How many items other lists lack, by the name of the list. */
  not_shown?: Record<string, number>;
};

export interface Page {
  /** The list of the answer that is paged. */
  list: string;
  offset: number;
  /** Items in all, where the answer says so. */
  total?: number | undefined;
  /** Items in all of the other lists, where the answer says so. */
  totals?: Readonly<Record<string, number>>;
  /** The list comes whole: the page is still to be cut out of it. */
  whole?: number;
}

/** The answer with its list cut to what fits, its texts and inner lists shortened. */
export function bounded<A extends object>(answer: A, page: Page): Bounded<A> {
  const slim = Object.fromEntries(
    Object.entries(answer).map(([key, value]) => [
      key,
      key === page.list ? value : short(value, isTexts(value) ? MAX_BESIDE_TEXTS : MAX_BESIDE, 0),
    ]),
  ) as Record<string, unknown>;
  const lacks = lacksOf(answer, slim, page);
  if (Object.keys(lacks).length > 0) slim.not_shown = lacks;
  const all = (slim[page.list] ?? []) as unknown[];
  const items = page.whole === undefined ? all : all.slice(page.offset, page.offset + page.whole);
  const room = MAX_TOKENS - estimate.count(JSON.stringify({ ...slim, [page.list]: [] }));
  const kept = fitting(
    items.map((item) => short(item, MAX_INNER, 1)),
    room,
  );
  const total = page.whole === undefined ? (page.total ?? page.offset + items.length) : all.length;
  const next = page.offset + kept.length;
  const more = next < total && kept.length > 0;
  return {
    ...slim,
    [page.list]: kept,
    truncated: Boolean(slim.truncated) || slim.not_shown !== undefined || more || kept.length < items.length,
    ...(more && { next_offset: next }),
  } as Bounded<A>;
}

/** What was cut beside the list: nobody may take the first ten for all. */
function lacksOf(answer: object, slim: Record<string, unknown>, page: Page): Record<string, number> {
  const lacks = Object.entries(answer).flatMap(([key, value]) => {
    if (key === page.list || !Array.isArray(value)) return [];
    const missing = (page.totals?.[key] ?? value.length) - (slim[key] as unknown[]).length;
    return missing > 0 ? [[key, missing] as const] : [];
  });
  return Object.fromEntries(lacks);
}

function isTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every((one) => typeof one === "string");
}

/** As many items as fit, one at least: an answer without any could not be continued. */
function fitting(items: readonly unknown[], room: number): unknown[] {
  const kept: unknown[] = [];
  let used = 0;
  for (const item of items) {
    used += estimate.count(JSON.stringify(item)) + 1;
    if (used > room && kept.length > 0) break;
    kept.push(item);
  }
  return kept;
}

/** What agents do not read: it would cost them most of their tokens. */
const LEFT_OUT = new Set(["blame", "x-complexity", "x-language", "parts"]);

function short(value: unknown, most: number, depth: number): unknown {
  if (typeof value === "string") return value.length > MAX_TEXT ? `${cut(value)}...` : value;
  if (Array.isArray(value)) return value.slice(0, most).map((one) => short(one, MAX_INNER, depth + 1));
  if (typeof value !== "object" || value === null) return value;
  if (depth > 6) return undefined;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, inner]) =>
      LEFT_OUT.has(key) || (inner === "" && key !== "path") ? [] : [[key, short(inner, most, depth + 1)]],
    ),
  );
}

function cut(text: string): string {
  return text.slice(0, MAX_TEXT).toWellFormed();
}
