/**
 * The one protocol between Tidegate and a sandbox host: the Worker speaks it, `runner/` answers it, on this
 * machine, on a VM and in a Cloudflare Container alike, so what is tested is what is deployed.
 *
 * Every call is authorised by `x-runner-authorization: Bearer <RUNNER_TOKEN>` (or plain `authorization`, which then
 * does not reach a proxied service) and names what it makes by an id of the caller's. Repeating a call finds what is there instead of doubling it.
 *
 *   PUT    /sandboxes/:id                  CreateSandbox   -> SandboxInfo        make, or find
 *   GET    /sandboxes/:id                                  -> SandboxInfo
 *   GET    /sandboxes                                      -> SandboxInfo[]
 *   DELETE /sandboxes/:id                                  -> 204                kills every process, removes every file
 *   PUT    /sandboxes/:id/archive?strip=1&entries=1  .tar.gz  -> ArchiveInfo     lays source files into the workspace
 *   PUT    /sandboxes/:id/sources          SourceFiles     -> ArchiveInfo        lays single files over the archive
 *   PUT    /sandboxes/:id/inputs           InputFiles      -> 204                lays files into $HOME/.tidegate, instead of those before
 *   PUT    /sandboxes/:id/execs/:key       StartExec       -> ExecInfo           starts once per key
 *   GET    /sandboxes/:id/execs/:key?from=N&wait_ms=M      -> ExecChunk          output from byte N on, and the end
 *   PUT    /sandboxes/:id/services/:name   StartService    -> ServiceInfo        starts once per name
 *   GET    /sandboxes/:id/services/:name?from=N            -> ServiceInfo
 *   ANY    /sandboxes/:id/services/:name/proxy/*                                 one request to the service
 *   GET    /sandboxes/:id/files?path=P                     -> bytes              one file of the workspace
 *   GET    /sandboxes/:id/snapshot                         -> .tar.gz            what setup added to the source
 *   PUT    /sandboxes/:id/snapshot         .tar.gz         -> SnapshotInfo        before the archive is laid
 *   GET    /health                                         -> RunnerHealth
 */
import { z } from "zod";

/** A header of its own, so that a visitor's `authorization` passes through the proxy to the service. */
export const RUNNER_AUTHORIZATION = "x-runner-authorization";

/** On every answer of the runner's own, and never on one of a service: tells a proxied 502 from the host's. */
export const RUNNER_HEADER = "x-tidegate-runner";

/** What a sandbox may use. A limit that is hit kills the command and is named in its result. */
export const SandboxLimits = z.object({
  lifetime_ms: z.number().int().positive(),
  memory_mb: z.number().int().positive(),
  processes: z.number().int().positive(),
  disk_mb: z.number().int().positive(),
});
export type SandboxLimits = z.infer<typeof SandboxLimits>;

export const DEFAULT_LIMITS: SandboxLimits = {
  lifetime_ms: 60 * 60_000,
  memory_mb: 4096,
  processes: 512,
  disk_mb: 8192,
};

/** `bubblewrap`: own mounts, processes, users; `container`: the host is itself a throw-away container; `none`: only process groups and a clean environment. */
export const ISOLATIONS = ["bubblewrap", "container", "none"] as const;
export const Isolation = z.enum(ISOLATIONS);
export type Isolation = z.infer<typeof Isolation>;

/** `confined`: commands reach what their `network` says, and never an address of the host or of its own networks. */
export const EGRESS = ["confined", "unconfined"] as const;
export const Egress = z.enum(EGRESS);
export type Egress = z.infer<typeof Egress>;

export const CreateSandbox = z.object({ limits: SandboxLimits.partial().optional() });
export type CreateSandbox = z.input<typeof CreateSandbox>;

export const SandboxInfo = z.object({
  id: z.string(),
  /** Changes when the host lost the sandbox and made it anew: results of the old one are void. */
  instance: z.string(),
  isolation: Isolation,
  /** Absent from hosts that do not tell: they keep nothing in. */
  egress: Egress.default("unconfined"),
  limits: SandboxLimits,
  created_at: z.number(),
  disk_bytes: z.number().optional(),
});
export type SandboxInfo = z.infer<typeof SandboxInfo>;

/** What a restored snapshot held. */
export const SnapshotInfo = z.object({ files: z.number().int(), bytes: z.number().int() });
export type SnapshotInfo = z.infer<typeof SnapshotInfo>;

/** One file of a git tree: what it is called, what it is, and the id of its content. */
export const SourceEntry = z.object({
  path: z.string(),
  mode: z.enum(["100644", "100755", "120000"]),
  sha: z.string(),
});
export type SourceEntry = z.infer<typeof SourceEntry>;

/** Source files one by one, for those that an archive left out; the content of a link is where it leads. */
export const SourceFiles = z.object({
  files: z
    .array(SourceEntry.omit({ sha: true }).extend({ base64: z.base64() }))
    .min(1)
    .max(1_000),
});
export type SourceFiles = z.infer<typeof SourceFiles>;

/** The folder of a sandbox's home that inputs are laid into. */
export const INPUTS = ".tidegate";

/**
 * Files for a command that are no source: they lie beside the workspace and come into no tree, diff or snapshot.
 * Laid as a whole, while no command runs: what was laid before is gone.
 */
export const InputFiles = SourceFiles.refine(
  ({ files }) => files.every(({ mode }) => mode !== "120000"),
  "must hold files only, no links",
);
export type InputFiles = z.infer<typeof InputFiles>;

export const ArchiveInfo = SnapshotInfo.extend({
  /** Every laid file, when the caller asked for them. */
  entries: z.array(SourceEntry).optional(),
  /** The git tree id (SHA-1) of exactly the laid files, so that the caller can tell whether it is the commit's. */
  tree_sha: z.string(),
});
export type ArchiveInfo = z.infer<typeof ArchiveInfo>;

/** `example.com`, or `*.example.com` for what lies below it; with `:port`, that port alone. */
export const HostPattern = z
  .string()
  .max(260)
  .regex(
    /^(\*\.)?[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*(:[0-9]{1,5})?$/,
    "must be a host, such as example.com, *.example.com or example.com:8443",
  );

/**
 * What a command reaches beside a loopback of its own: nothing, the public internet, or these hosts alone. A host whose
 * `egress` is `unconfined` refuses the last, and keeps neither of the others.
 */
export const Network = z.union([
  z.enum(["none", "open"]),
  z.strictObject({ allow: z.array(HostPattern).max(300) }),
]);
export type Network = z.infer<typeof Network>;

/** What a system can start at all: no NUL, and no longer than one argument may be. */
const Command = z
  .string()
  .min(1)
  .max(100_000)
  .refine((text) => !text.includes("\0"), "must not hold a NUL byte");
const Environment = z.record(
  z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, "must be a name of letters, digits and _"),
  z
    .string()
    .max(100_000)
    .refine((text) => !text.includes("\0"), "must not hold a NUL byte"),
);

export const StartExec = z.object({
  /** Run by `sh -c`, in the workspace. */
  command: Command,
  env: Environment.optional(),
  /** The host kills the whole process group then, whatever the caller does. */
  timeout_ms: z.number().int().positive(),
  network: Network.optional(),
  /** Relative to the workspace; may not leave it. */
  cwd: z.string().optional(),
});
export type StartExec = z.infer<typeof StartExec>;

/** Why a command ended: by itself, killed by the host at a limit, or (`host`) because the host itself failed. */
export const EXEC_ENDS = [
  "exited",
  "timeout",
  "memory",
  "processes",
  "disk",
  "destroyed",
  "lost",
  "host",
] as const;

export const ExecInfo = z.object({
  key: z.string(),
  /** Null while it runs. */
  end: z.enum(EXEC_ENDS).nullable(),
  /**
   * Null while it runs, when the host ended it and when a signal did (also where the shell only reports one, as
   * 128 + n). 127: the shell found no such command.
   */
  exit_code: z.number().int().nullable(),
  signal: z.string().nullable(),
  /** What the host says of an end that it brought about; null: it did not. */
  why: z.string().nullable().optional(),
  started_at: z.number(),
  duration_ms: z.number(),
  /** The highest resident memory seen of the whole process tree, in bytes. */
  peak_memory_bytes: z.number().int(),
});
export type ExecInfo = z.infer<typeof ExecInfo>;

export const ExecChunk = ExecInfo.extend({
  /** stdout and stderr as they came, valid UTF-8, cut at whole characters: n bytes of it are n bytes of the stream. */
  output: z.string(),
  /** Ask from here next. */
  next: z.number().int(),
  /** Bytes of output there are by now: all of it was read when `next` reaches this and `end` is not null. */
  total: z.number().int(),
  /** True when the host dropped output past its cap (the head and the tail are kept, a marker stands between). */
  truncated: z.boolean(),
});
export type ExecChunk = z.infer<typeof ExecChunk>;

export const StartService = z.object({
  command: Command,
  env: Environment.optional(),
  /** Where the service listens inside the sandbox; also given to it as PORT. */
  port: z.number().int().min(1).max(65_535),
  /** The service is ready when this path answers with any status below 500. */
  ready_path: z.string().regex(/^\/[\x21-\x7e]*$/, "must begin with / and hold no spaces"),
  ready_timeout_ms: z.number().int().positive(),
  network: Network.optional(),
});
export type StartService = z.infer<typeof StartService>;

export const SERVICE_STATES = ["starting", "ready", "exited", "not_ready"] as const;

export const ServiceInfo = z.object({
  name: z.string(),
  /** `not_ready`: the time for readiness ran out; `exited`: the command ended (exit_code says how). */
  state: z.enum(SERVICE_STATES),
  /** Why its command ended; null while it runs, absent from hosts that do not tell. */
  end: z.enum(EXEC_ENDS).nullable().optional(),
  exit_code: z.number().int().nullable(),
  started_at: z.number(),
  ready_after_ms: z.number().nullable(),
  output: z.string(),
  next: z.number().int(),
});
export type ServiceInfo = z.infer<typeof ServiceInfo>;

export const RunnerHealth = z.object({
  status: z.literal("ok"),
  isolation: Isolation,
  egress: Egress.default("unconfined"),
  version: z.string(),
  sandboxes: z.number().int(),
  /** Presets of models/agent.ts whose program a sandbox finds; absent from hosts that do not look. */
  agents: z.array(z.string()).optional(),
});
export type RunnerHealth = z.infer<typeof RunnerHealth>;

/** Every refusal of the runner: `code` is for programs, `message` says what to do. */
export const RUNNER_ERRORS = [
  "unauthorized",
  "not_found",
  "gone",
  "bad_request",
  "conflict",
  "too_large",
  "exhausted",
  "unreachable",
  "no_isolation",
  "internal",
] as const;
export const RunnerError = z.object({ code: z.enum(RUNNER_ERRORS), message: z.string() });
export type RunnerError = z.infer<typeof RunnerError>;
