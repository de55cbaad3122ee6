/** Serves the app of the validated head and walks its user flows in a real browser. */
import { z } from "zod";
import type { Plan } from "../../models/config.ts";
import type { FlowEvidence } from "../../models/step.ts";
import type { Reason } from "../../models/validation.ts";
import { BrowserError, withBrowser } from "../providers/browser/index.ts";
import { type Walk, walk } from "../providers/browser/walk.ts";
import { savePreview } from "../store/previews.ts";
import { artifactKey } from "./artifacts.ts";
import { secretsFor } from "./forks.ts";
import { type LiveLog, liveLog } from "./live-log.ts";
import { type Place, planAndPlace } from "./place.ts";
import { previewLabel, previewOrigin } from "./preview.ts";
import { redact } from "./redact.ts";
import { quoted } from "./reruns.ts";
import { type Context, end, type Step, VISIT_MS, type Visit } from "./visit.ts";

const SERVICE = "app";
const Progress = z.object({ began: z.boolean().default(false), from: z.number().int().default(0) });

type Serve = Exclude<Plan["serve"], "none">;
type Flow = Exclude<Plan["ui"], "none">[number];

export const browse: Step = async (context) => {
  const place = await planAndPlace(context);
  if ("lost" in place) return end(context, "errored", place.lost);
  const { serve } = place.plan;
  if (serve === "none")
    return end(context, "errored", { code: "no_plan", message: "The plan serves no app" });
  const log = await liveLog(context);
  const ready = await startApp(context, { ...serve, run: inFolder(place.plan, serve.run) }, log);
  if (ready !== "ready") return ready;
  // An app without flows is still opened: it must load without an error.
  const flows: Flow[] =
    place.plan.ui === "none" ? [{ name: "opens", steps: [{ go: serve.ready }] }] : place.plan.ui;
  try {
    return await walkAll(context, place, flows, log);
  } catch (error) {
    if (!(error instanceof BrowserError)) throw error;
    const reason = { code: "no_browser", message: error.message };
    return end(context, "errored", reason, place.evidence);
  }
};

/** A command that is run at the top of the workspace, for the project's folder. */
export function inFolder({ path = "" }: Pick<Plan, "path">, command: string): string {
  return path === "" ? command : `cd -- ${quoted(path)} || exit 1\n${command}`;
}

/** Starts the app once and waits, over visits, until it answers. */
async function startApp(context: Context, serve: Serve, log: LiveLog): Promise<"ready" | Visit> {
  const { sandbox, memo, started_at } = context;
  const progress = Progress.parse(memo);
  if (!progress.began) await log.say(`$ ${serve.run}   (port ${serve.port})`);
  await sandbox.startService(SERVICE, {
    command: serve.run,
    env: { ...(await secretsFor(context)), TIDEGATE: "1" },
    port: serve.port,
    ready_path: serve.ready,
    ready_timeout_ms: serve.ready_timeout_ms,
    network: "none",
  });
  const until = Date.now() + VISIT_MS;
  for (;;) {
    const service = await sandbox.readService(SERVICE, progress.from);
    progress.from += await log.add(service.output, service.state !== "starting");
    if (service.state === "ready") return "ready";
    if (service.end === "host" || service.end === "lost") {
      const reason = { code: "host_failed", message: "The sandbox host failed while the app ran" };
      return end(context, "errored", reason);
    }
    if (service.state !== "starting") {
      const how =
        service.state === "exited"
          ? `exited ${service.exit_code}`
          : `did not answer on port ${serve.port}, ${serve.ready}, in ${serve.ready_timeout_ms / 1000} s`;
      const reason: Reason = { code: "app_not_ready", message: `The app ${how}` };
      return end(context, "failed", reason);
    }
    if (Date.now() > until) {
      const late = Date.now() - started_at > serve.ready_timeout_ms + 30_000;
      if (late)
        return end(context, "errored", {
          code: "sandbox_lost",
          message: "The host stopped watching the app",
        });
      return { again_s: 0, memo: { ...memo, ...progress, began: true, log_at: log.at() } };
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

type Walked = { name: string; walked: Walk };

/** What failed has failed, whatever else goes wrong: walked once more it may pass, and nobody would know that it is flaky. */
function brokenOf(walks: readonly Walked[]): Walked | undefined {
  return walks.find((one) => outcomeOf(one.walked) !== null);
}

async function walkAll(context: Context, place: Place, flows: readonly Flow[], log: LiveLog): Promise<Visit> {
  const { env, vars, sandbox } = context;
  const label = await previewLabel(vars, sandbox.id);
  await savePreview(env.DB, { label, sandbox_id: sandbox.id, service: SERVICE, created_at: Date.now() });
  const origin = previewOrigin(vars, label);
  const walks: Walked[] = [];
  const browser = await withBrowser(env, async (open) => {
    for (const flow of flows) {
      const walked = cleaned(await walk(open, origin, flow.steps, context.validation.from_fork), log.forms);
      walks.push({ name: flow.name, walked });
      await log.say(`flow "${flow.name}": ${outcomeOf(walked) ?? "passed"}`);
    }
    return open.version();
  }).catch((error: unknown) => {
    if (brokenOf(walks) === undefined) throw error;
  });
  const broken = brokenOf(walks);
  const kept = await Promise.all(walks.map((one, index) => keep(context, index, one, broken !== undefined)));
  const evidence = {
    ...place.evidence,
    ...(browser !== undefined && { browser }),
    flows: kept.map((one) => one.flow),
    page_errors: walks.flatMap((one) => one.walked.errors),
    failed_requests: walks.flatMap((one) => one.walked.failed.map((line) => line.replaceAll(origin, ""))),
    artifacts: kept.flatMap((one) => one.artifacts),
  };
  const reason = broken && { code: "flow_failed", message: `"${broken.name}": ${outcomeOf(broken.walked)}` };
  return end(context, broken ? "failed" : "passed", reason ?? null, evidence);
}

/** What a page said, without the project's secrets: its app knows them, and may throw or log or request one. */
function cleaned(walked: Walk, forms: readonly string[]): Walk {
  const clean = (text: string) => redact(forms, text, true).clean;
  return {
    ...walked,
    failure: walked.failure === null ? null : clean(walked.failure),
    errors: walked.errors.map(clean),
    failed: walked.failed.map(clean),
    console: walked.console.map(clean),
    network: walked.network.map(clean),
  };
}

/** What is wrong with a walk; null when nothing is. */
export function outcomeOf({
  failure,
  errors,
  failed,
}: Pick<Walk, "failure" | "errors" | "failed">): string | null {
  if (errors.length > 0) return `the page threw: ${errors[0]}`;
  if (failure !== null) return failure;
  if (failed.length > 0) return `a request failed: ${failed[0]}`;
  return null;
}

/**
 * Keeps screenshot, console and network of a flow. A picture that cannot be kept is no evidence: it throws.
 *
 * @param failed a flow failed: what cannot be kept is missing
 */
async function keep(context: Context, index: number, { name, walked }: Walked, failed: boolean) {
  const { env, order } = context;
  const stem = `${order.kind}.${order.try}.flow-${index + 1}`;
  const put = async (file: string, body: string | Uint8Array, type: string): Promise<string[]> => {
    const kept = { httpMetadata: { contentType: type } };
    try {
      await env.ARTIFACTS.put(artifactKey(order.validation_id, file), body, kept);
      return [file];
    } catch (error) {
      if (!failed) throw error;
      return [];
    }
  };
  const seen = walked.screenshot.length > 0;
  const screenshot = seen ? await put(`${stem}.png`, walked.screenshot, "image/png") : [];
  const said = await put(
    `${stem}.console.txt`,
    [...walked.errors, ...walked.console].join("\n"),
    "text/plain; charset=utf-8",
  );
  const network = await put(`${stem}.network.txt`, walked.network.join("\n"), "text/plain; charset=utf-8");
  const failure = outcomeOf(walked);
  const { actions, duration_ms } = walked;
  const flow: FlowEvidence = {
    name,
    passed: failure === null,
    failure,
    actions,
    duration_ms,
    screenshots: screenshot,
  };
  return { flow, artifacts: [...screenshot, ...said, ...network] };
}
