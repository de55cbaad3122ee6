/** Isolation by bubblewrap: a read-only system, own processes, users and network, three folders to write. */
import {
  accessSync,
  constants,
  existsSync,
  lstatSync,
  mkdirSync,
  readlinkSync,
  realpathSync,
  writeFileSync,
} from "node:fs";
import { basename, delimiter, join } from "node:path";
import type { Cell, CellOptions, Plan } from "./cell.ts";
import { environment } from "./cell.ts";
import type { Place } from "./place.ts";

/** Constant, so that a snapshot with these paths written into it restores anywhere. */
const INSIDE = { workspace: "/workspace", home: "/home/tidegate", tmp: "/tmp" };

/** The least of /etc that compilers, resolvers and certificates need; no file that may hold a secret. */
const ETC = [
  ..."alternatives ssl ca-certificates fonts localtime mime.types nsswitch.conf protocols services".split(
    " ",
  ),
  ..."ld.so.cache ld.so.conf ld.so.conf.d java java-11-openjdk java-17-openjdk java-21-openjdk maven".split(
    " ",
  ),
  ..."java-25-openjdk php python3 perl".split(" "),
].map((name) => `/etc/${name}`);

const STUBS = {
  "/etc/passwd":
    "root:x:0:0:root:/root:/bin/sh\ntidegate:x:1000:1000:tidegate:/home/tidegate:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n",
  "/etc/group": "root:x:0:\ntidegate:x:1000:\nnogroup:x:65534:\n",
  "/etc/hosts": "127.0.0.1 localhost tidegate\n::1 localhost\n",
};

/** The program's full path, or null: it is started with an empty environment, so no PATH will find it. */
export function findBubblewrap(hostPath = process.env.PATH ?? ""): string | null {
  for (const folder of [...hostPath.split(delimiter), "/usr/bin"]) {
    const file = join(folder, "bwrap");
    try {
      accessSync(file, constants.X_OK);
      return realpathSync(file);
    } catch {
      // Not in this folder.
    }
  }
  return null;
}

export function bubblewrap(program: string, options: CellOptions): Cell {
  const system = systemArguments(options);
  return {
    isolation: "bubblewrap",
    walled: true,
    seen: (mount) => mount.to,
    give: () => {}, // User 1000 inside is the runner's own user outside.
    launch: (place, plan) => ({
      file: program,
      // Everything else comes through descriptor 3: process 1 of the sandbox shows its arguments to the
      // code inside, and the host's `ps` shows them to everyone. For the same reason its environment is empty.
      args: ["--args", "3", "--", ...plan.argv],
      env: {},
      cwd: "/",
      user: null,
      tells: ["--json-status-fd", "4"],
      feed: [...WALLS, ...system, ...ownArguments(place, plan, options)].map((word) => `${word}\0`).join(""),
    }),
  };
}

/** The network is never the host's: what may reach the outside goes by the egress. */
const WALLS = [
  "--unshare-all",
  ...["--uid", "1000", "--gid", "1000", "--hostname", "tidegate"],
  // The runner's end, however it comes, is the end of everything it started.
  "--die-with-parent",
  // Without a session of its own a command could type into the terminal that started the runner.
  "--new-session",
  "--clearenv",
];

function systemArguments({ toolchains, agents, dir }: CellOptions): string[] {
  const shown = ["/usr", "/opt", ...toolchains.folders, ...agents.shown].filter((path) => existsSync(path));
  // Where its folder is shown a link is there already.
  const links = agents.links.filter(({ at }) => !shown.some((path) => at.startsWith(`${path}/`)));
  return [
    ...shown.flatMap((path) => ["--ro-bind", path, path]),
    ...links.flatMap(({ at, to }) => ["--symlink", to, at]),
    ...["/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"].flatMap(likeTheHost),
    ...stubArguments(dir),
    ...ETC.flatMap((path) => ["--ro-bind-try", path, path]),
    // Often a link into /run, which is not shown: its target is bound in its place.
    ...["--ro-bind-try", real("/etc/resolv.conf"), "/etc/resolv.conf"],
    ...["--proc", "/proc", "--dev", "/dev"],
    // The sandboxes may lie below a folder that is shown: hidden, so that none can read another.
    ...(shown.some((path) => `${dir}/`.startsWith(`${path}/`)) ? ["--tmpfs", dir, "--remount-ro", dir] : []),
  ];
}

function ownArguments(place: Place, plan: Plan, options: CellOptions): string[] {
  const env = environment(options, INSIDE, plan.env);
  return [
    ...["--bind", place.workspace, INSIDE.workspace, "--bind", place.home, INSIDE.home],
    ...["--bind", place.tmp, INSIDE.tmp, "--bind", place.shm, "/dev/shm", "--remount-ro", "/dev"],
    ...plan.mounts.flatMap(({ from, to, writable }) => [writable ? "--bind" : "--ro-bind", from, to]),
    // Last: what is still writable after this line is memory that no limit counts.
    ...["--remount-ro", "/"],
    ...Object.entries(env).flatMap(([name, value]) => ["--setenv", name, value]),
    ...["--chdir", join(INSIDE.workspace, plan.cwd)],
  ];
}

/** Names for user 1000 and for localhost: git, npm and Java refuse a user without a name. */
function stubArguments(dir: string): string[] {
  const folder = join(dir, "stubs");
  mkdirSync(folder, { recursive: true });
  return Object.entries(STUBS).flatMap(([path, text]) => {
    const stub = join(folder, basename(path));
    writeFileSync(stub, text);
    return ["--ro-bind", stub, path];
  });
}

function likeTheHost(path: string): string[] {
  if (!existsSync(path)) return [];
  return lstatSync(path).isSymbolicLink()
    ? ["--symlink", readlinkSync(path), path]
    : ["--ro-bind", path, path];
}

function real(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
