import { expect, test } from "vitest";
import { DROPPED, Flows } from "./flows.ts";
import { Rule } from "./rules.ts";

const LIMITS = { wide: 1, most: 2, work: 1_000 };
const flows = (widen: (object: number, held: number) => number) => new Flows(() => {}, widen, LIMITS, 16);

test("a full variable is known to lack what it did not take, and so are the calls that hang on it", () => {
  const known = flows((object) => object);
  const [full, below, apart] = [known.make(), known.make(), known.make()];
  const loaded = known.make();
  known.flow(full, below);
  known.rule(below, Rule.LOAD, loaded);
  known.rule(loaded, Rule.CALL, 7);
  known.rule(apart, Rule.CALL, 8);
  for (const object of [10, 11, 12]) known.add(full, object);
  known.add(apart, 10);
  known.settle();
  expect(known.objects(full)).toEqual([10, 11]);
  expect([...known.short(new Set([Rule.LOAD]), Rule.CALL)]).toEqual([7]);
});

test("what is held already does not crowd, nor does what is taken in another form", () => {
  const known = flows((object) => (object > 50 ? DROPPED : 50));
  const [one, two] = [known.make(), known.make()];
  for (const object of [10, 10, 20, 30]) known.add(one, object);
  expect(known.objects(one)).toEqual([10, 50]);
  expect(known.crowded.size).toBe(0);
  for (const object of [10, 60]) known.add(two, object);
  expect(known.objects(two)).toEqual([10]);
  expect([...known.crowded]).toEqual([two]);
});
