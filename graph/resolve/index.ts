export { externalId, outsideOf } from "./external.ts";
export { below, importedPaths } from "./imports.ts";
export {
  type Cell,
  type Native,
  type NativeCall,
  Natives,
  type NativeTable,
  type NativeTools,
} from "./natives.ts";
export { type FileOutcome, type Lost, Outcome, type ResolvedEdge } from "./outcome.ts";
export { type Modules, Program, type ProgramFile, type Target, Tongue } from "./program.ts";
export { solve } from "./solve.ts";
export { Kind, Made, type Obj } from "./values.ts";
