/** A Cloudflare Container for one sandbox: the runner of `runner/` in an image of its own. */
import { Container } from "@cloudflare/containers";

export class SandboxContainer extends Container<Env> {
  override defaultPort = 8080;
  /** Longer than any pause between two visits of a step; the runner ends sandboxes that nobody released. */
  override sleepAfter = "15m";
  override envVars = {
    // The same secret as ours: only this Worker may speak to it.
    RUNNER_TOKEN: (this.env as unknown as { RUNNER_TOKEN: string }).RUNNER_TOKEN,
    RUNNER_PORT: "8080",
    RUNNER_HOST: "0.0.0.0",
    RUNNER_ISOLATION: "auto",
    RUNNER_OTHERWISE: "container",
  };
}
