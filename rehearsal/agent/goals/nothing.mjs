/** A turn that ends without a change. */
import { thought } from "../say.mjs";

export const nothing = {
  example: "Change nothing",
  shows: "ends without a change, and a person is asked",
  words: /\bnothing\b/i,
  usual: { name: "", button: "" },
  reads: ["README.md"],
  plan: () => ["Change nothing."],
  async write() {
    await thought("There is nothing to do.");
    return "I changed nothing.";
  },
};
