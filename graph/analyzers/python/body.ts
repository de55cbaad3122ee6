import { type Binding, Flow, type Var, type Writer } from "../../facts/index.ts";

/** The unit that is being read, and what is known about it. */
export interface Body {
  readonly unit: number;
  readonly flow: Flow;
  /** Definition that owns what is defined here; -1 in the module. */
  readonly def: number;
  readonly bindings: Binding[];
  /** Class body around a method, for `super()` and `__class__`; -1 outside of classes. */
  readonly classUnit: number;
  readonly className: string;
  /** Body of an enum: what is assigned are its members. */
  enumeration: boolean;
  /** First parameter, for `super()`; -1 without one. */
  self: Var;
  /** A value of no interest; made when first needed. */
  data: Var;
  readonly constants: Map<string, Var>;
  readonly globals: Map<string, Var>;
  /** Contents known since the last call that could have changed them. */
  known: number;
}

/** An annotated name of a class body. */
export interface Field {
  name: string;
  /** What it holds; without `given`, just what the annotation says. */
  value: Var;
  given: boolean;
}

export function newBody(writer: Writer, unit: number, def: number, classUnit = -1, className = ""): Body {
  return {
    unit,
    flow: new Flow(writer, unit),
    def,
    bindings: [],
    classUnit,
    className,
    enumeration: false,
    self: -1,
    data: -1,
    constants: new Map(),
    globals: new Map(),
    known: 0,
  };
}
