export { Look, type Watches } from "./look.ts";
export { RULES, type Rule } from "./rules.ts";
export { Silences } from "./silence.ts";
