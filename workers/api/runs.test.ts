import { expect, test } from "vitest";
import type { Validation } from "../../models/validation.ts";
import { statusOf } from "./runs.ts";

type Latest = Pick<Validation, "state" | "merge_state">;
const open = { state: "open", merged: false };
const at = (state: Validation["state"], merge_state: Validation["merge_state"] = "none"): Latest => ({
  state,
  merge_state,
});

test.each<[string, { state: string; merged: boolean } | null, Latest | undefined]>([
  ["pending", null, undefined],
  ["pending", open, undefined],
  ["pending", open, at("queued")],
  ["running", open, at("running")],
  ["running", open, at("superseded")],
  ["waiting_for_input", open, at("passed")],
  ["waiting_for_input", open, at("passed", "pending")],
  ["waiting_for_input", open, at("passed", "blocked")],
  ["waiting_for_input", open, at("passed", "unknown")],
  ["failed", open, at("failed")],
  ["failed", open, at("errored")],
  ["failed", open, at("timed_out")],
  ["cancelled", open, at("cancelled")],
  ["cancelled", { state: "closed", merged: false }, at("passed")],
  ["cancelled", { state: "closed", merged: false }, undefined],
  ["completed", { state: "closed", merged: true }, at("failed")],
  ["completed", { state: "closed", merged: true }, undefined],
  // The merge was answered before the pull request was read again.
  ["completed", open, at("passed", "merged")],
  ["completed", null, at("passed", "merged")],
])("a run is %s for pull request %j and validation %j", (status, pull, latest) => {
  expect(statusOf(pull, latest)).toBe(status);
});
