export { exportDot } from "./dot.ts";
export { exportGraphml } from "./graphml.ts";
export { exportJson, PROTOCOL_VERSION } from "./json.ts";
export { exportMermaid } from "./mermaid.ts";
export { exportSarif, type SarifOptions, type SarifRule } from "./sarif.ts";
export { exportScip, type ScipOptions } from "./scip.ts";
export type { ViewOptions } from "./view.ts";
