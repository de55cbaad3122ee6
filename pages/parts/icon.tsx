/** The shapes: small, stroked, in the colour of the text beside them. Words stand beside every one of them. */
import type { Shape } from "../words.ts";

export type IconName =
  | Shape
  | "bell"
  | "copy"
  | "out"
  | "down"
  | "search"
  | "sun"
  | "moon"
  | "system"
  | "plus";

const PATHS: Record<IconName, string> = {
  check: "M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13ZM5.2 8.3l2 2 3.7-4.3",
  cross: "M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13ZM5.7 5.7l4.6 4.6M10.3 5.7l-4.6 4.6",
  alert: "M8 2 1.5 13.5h13L8 2ZM8 6.5v3.2M8 11.6v.1",
  clock: "M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13ZM8 4.6V8l2.3 1.5",
  spin: "M14.5 8A6.5 6.5 0 1 1 8 1.5",
  slash: "M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13ZM3.6 12.4l8.8-8.8",
  skip: "M3 3.5 8 8l-5 4.5v-9ZM9 3.5 14 8l-5 4.5",
  dash: "M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13ZM5.2 8h5.6",
  merge:
    "M4.5 5.5v5M4.5 5.5a2 2 0 1 0 0-4 2 2 0 0 0 0 4ZM4.5 14.5a2 2 0 1 0 0-4 2 2 0 0 0 0 4ZM11.5 10.5a2 2 0 1 0 0-4 2 2 0 0 0 0 4ZM4.5 5.5c0 2 2 3 5 3",
  open: "M4.5 5.5v5M4.5 5.5a2 2 0 1 0 0-4 2 2 0 0 0 0 4ZM4.5 14.5a2 2 0 1 0 0-4 2 2 0 0 0 0 4ZM11.5 14.5a2 2 0 1 0 0-4 2 2 0 0 0 0 4ZM11.5 10.5V6a2 2 0 0 0-2-2H8",
  closed:
    "M4.5 5.5v5M4.5 5.5a2 2 0 1 0 0-4 2 2 0 0 0 0 4ZM4.5 14.5a2 2 0 1 0 0-4 2 2 0 0 0 0 4ZM11.5 14.5a2 2 0 1 0 0-4 2 2 0 0 0 0 4ZM11.5 10.5V8M10 2l3 3M13 2l-3 3",
  question:
    "M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13ZM6.2 6.3c.2-2 3.6-2 3.6 0 0 1.3-1.8 1.4-1.8 2.7M8 11.4v.1",
  hand: "M5.3 1.5h5.4l3.8 3.8v5.4l-3.8 3.8H5.3l-3.8-3.8V5.3l3.8-3.8ZM8 4.7v4M8 11.2v.1",
  bell: "M8 1.8a4 4 0 0 0-4 4c0 4-1.5 5-1.5 5h11S12 9.800 12 5.800a4 4 0 0 0-4-4ZM6.700 13.300a1.500 1.500 0 0 0 2.600 0",
  copy: "M5.500 5.500h8v8h-8v-8ZM10.500 5.500v-3h-8v8h3",
  out: "M6.500 3h-4v10.500H13v-4M9.500 2.500h4v4M13.300 2.700 7.500 8.500",
  down: "M4 6.200 8 10l4-3.800",
  search: "M7 2a5 5 0 1 0 0 10A5 5 0 0 0 7 2ZM10.800 10.800 14 14",
  sun: "M8 5a3 3 0 1 0 0 6 3 3 0 0 0 0-6ZM8 1.200v1.600M8 13.200v1.600M1.200 8h1.600M13.200 8h1.600M3.200 3.200l1.100 1.100M11.700 11.700l1.100 1.100M12.800 3.200l-1.100 1.100M4.300 11.700l-1.100 1.100",
  moon: "M13.500 9.500A6 6 0 0 1 6.500 2.500a6 6 0 1 0 7 7Z",
  system: "M2 3h12v8H2V3ZM6 14h4M8 11v3",
  plus: "M8 3v10M3 8h10",
};

/** A shape; hidden from screen readers, because the word beside it says the same. */
export function Icon({ name }: { name: IconName }) {
  return (
    <svg class={`icon icon-${name}`} viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  );
}
