/** Days as people name them, in the time of their own clock. */

const two = (value: number): string => String(value).padStart(2, "0");

/** The day so many days after a moment, as a date field has it. */
export function dayAfter(now: number, days: number): string {
  const day = new Date(now);
  // By the calendar and not by hours: a day on which the clocks change has 23 or 25.
  day.setDate(day.getDate() + days);
  return `${day.getFullYear()}-${two(day.getMonth() + 1)}-${two(day.getDate())}`;
}

/** The last moment of a day that a date field has. */
export function endOfDay(day: string): number {
  return new Date(`${day}T23:59:59.999`).getTime();
}
