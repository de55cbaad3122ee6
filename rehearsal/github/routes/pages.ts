/** Lists in pages, with GitHub's `link` header. */
import type { Ctx } from "./api.ts";

const DEFAULT_SIZE = 30;
const MAX_SIZE = 100;

/** The part of `items` that `page` and `per_page` ask for; sets the `link` header. */
export function paged<T>(c: Ctx, items: readonly T[]): T[] {
  const size = Math.min(MAX_SIZE, positive(c.req.query("per_page"), DEFAULT_SIZE));
  const page = positive(c.req.query("page"), 1);
  const last = Math.max(1, Math.ceil(items.length / size));
  const links: string[] = [];
  const add = (number: number, rel: string) => links.push(`<${pageUrl(c, number)}>; rel="${rel}"`);
  if (page > 1) add(page - 1, "prev");
  if (page < last) add(page + 1, "next");
  if (page < last) add(last, "last");
  if (page > 1) add(1, "first");
  if (links.length > 0) c.header("link", links.join(", "));
  return items.slice((page - 1) * size, page * size);
}

function positive(text: string | undefined, otherwise: number): number {
  const value = Number(text);
  return Number.isInteger(value) && value > 0 ? value : otherwise;
}

function pageUrl(c: Ctx, page: number): string {
  const { pathname, searchParams } = new URL(c.req.url);
  searchParams.set("page", String(page));
  return `${c.env.world.apiUrl}${pathname}?${searchParams}`;
}
