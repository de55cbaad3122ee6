/** Money and large numbers as people read them. */

/** US dollars: `$0.42`; what is less than a cent says so instead of nothing. */
export function money(usd: number): string {
  return usd > 0 && usd < 0.01 ? "under $0.01" : `$${usd.toFixed(2)}`;
}

/** A number that keeps three digits: `812`, `12.4k`, `1.20M`. */
export function many(count: number): string {
  if (count < 1_000) return String(count);
  const [value, unit] = count < 999_500 ? [count / 1_000, "k"] : [count / 1_000_000, "M"];
  return `${value.toPrecision(3)}${unit}`;
}
