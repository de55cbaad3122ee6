export type { Def, Facts, FindingFact, ImportFact, ParamFact, Trouble, Unit } from "./facts.ts";
export { type Binding, cellOf, Flow } from "./flow.ts";
export { Arg, CallFlag, LAYOUT, LoadFlag, Op, Param, Shape, UnitFlag } from "./ops.ts";
export { packFacts, unpackFacts } from "./pack.ts";
export { type Argument, type Var, Writer } from "./writer.ts";
