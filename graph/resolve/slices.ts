import { Shape } from "../facts/index.ts";
import { ALL, type Engine, KEYS } from "./engine.ts";
import { Kind, type Obj } from "./values.ts";

/**
 * `list[-1]` and `list[1:-1]`: what these mean depends on how long the list is, which is known once nothing moves any
 * more. True if this is such an access; `to` then holds the element, or a list of the elements at their new places.
 */
export function loadByLength(engine: Engine, list: Obj, to: number, key: number): boolean {
  const text = engine.program.name(key);
  const piece = text.includes(":");
  if (!piece && !text.startsWith("-")) return false;
  const shape = engine.objects.a.get(list) & 255;
  if (shape !== Shape.LIST && shape !== Shape.TUPLE) return false;
  const give = piece ? into(engine, list, to) : (from: number) => engine.flows.flow(from, to);
  engine.later(() => {
    const length = lengthOf(engine, list);
    const taken = length === undefined ? undefined : placesIn(text, length);
    if (taken === undefined) {
      give(engine.field(list, engine.names[ALL]));
      return;
    }
    taken.forEach((index, place) => {
      give(itemAt(engine, list, index), place);
    });
    whenItGrows(engine, list, length as number, give);
  });
  return true;
}

type Give = (from: number, place?: number) => void;

/** Puts what it is given into one list, at a place or anywhere. */
function into(engine: Engine, list: Obj, to: number): Give {
  const { objects } = engine;
  const tongue = objects.a.get(list) & ~255;
  const piece = objects.of(Kind.CONTAINER, Shape.LIST + tongue, engine.placeBeside(to, 1));
  engine.flows.add(to, piece);
  return (from, place) => {
    engine.flows.flow(from, engine.field(piece, engine.names[ALL]));
    if (place === undefined) engine.flows.flow(from, engine.field(piece, engine.names["[*"]));
    else {
      engine.flows.flow(from, itemAt(engine, piece, place));
      const key = objects.of(Kind.CONSTANT, engine.program.id(String(place)));
      engine.flows.add(engine.field(piece, engine.names[KEYS]), key);
    }
  };
}

function itemAt(engine: Engine, list: Obj, index: number): number {
  return engine.field(list, engine.itemName(engine.program.id(String(index))));
}

/** How many elements the list has; undefined when some were put at places that are not known. */
function lengthOf(engine: Engine, list: Obj): number | undefined {
  const anywhere = engine.knownField(list, engine.names["[*"]);
  if (anywhere !== -1 && !engine.flows.empty(anywhere)) return undefined;
  const keys = engine.flows
    .objects(engine.field(list, engine.names[KEYS]))
    .map((key) => placeOf(engine, key));
  const length = keys.length;
  return keys.every((place) => place >= 0 && place < length) ? length : undefined;
}

/** -1 for what is no place: a list of very many has only some of its keys. */
function placeOf(engine: Engine, key: Obj): number {
  if (engine.objects.kind.get(key) !== Kind.CONSTANT) return -1;
  const text = engine.program.name(engine.objects.a.get(key));
  return /^\d+$/.test(text) ? Number(text) : -1;
}

/** The places that `-1` or `1:-1:2` takes of so many, in their order; undefined for a step of 0. */
function placesIn(text: string, length: number): number[] | undefined {
  if (!text.includes(":")) return Number(text) + length >= 0 ? [Number(text) + length] : [];
  const [start = "", stop = "", step = ""] = text.split(":");
  const by = step === "" ? 1 : Number(step);
  if (by === 0) return undefined;
  const low = by > 0 ? 0 : -1;
  const high = by > 0 ? length : length - 1;
  const bound = (given: string, otherwise: number): number => {
    if (given === "") return otherwise;
    const place = Number(given) < 0 ? Number(given) + length : Number(given);
    return Math.min(high, Math.max(low, place));
  };
  const from = bound(start, by > 0 ? low : high);
  const to = bound(stop, by > 0 ? high : low);
  const found: number[] = [];
  for (let at = from; by > 0 ? at < to : at > to; at += by) found.push(at);
  return found;
}

/** The list turned out longer than it was: what came later may be meant as well. */
function whenItGrows(engine: Engine, list: Obj, length: number, give: Give): void {
  engine.hook(engine.field(list, engine.names["[*"]), () => give(engine.field(list, engine.names[ALL])));
  engine.hook(engine.field(list, engine.names[KEYS]), (key) => {
    const place = placeOf(engine, key);
    if (place >= length) give(itemAt(engine, list, place));
    else if (place === -1) give(engine.field(list, engine.names[ALL]));
  });
}
