/** Agents: one contract, two vendors. */
export { type CodegenAccess, CodegenError } from "./codegen.ts";
export { commandAgent, type Program } from "./command.ts";
export type { Agent, Asked, Ear, Look, VendorMemo } from "./contract.ts";
export { hostedAgent } from "./hosted.ts";
