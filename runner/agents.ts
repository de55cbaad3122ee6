/**
 * Command-line agents of this host: which of the presets are installed, and the least that a sandbox must see of
 * the host to run them. They come as packages below a node prefix, as a link out of `~/.local/bin`, as one file.
 */
import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  openSync,
  readlinkSync,
  readSync,
  realpathSync,
  statSync,
} from "node:fs";
import { homedir } from "node:os";
import { basename, delimiter, dirname, isAbsolute, join, resolve } from "node:path";
import { PRESETS } from "../models/agent.ts";
import { isOurs, isSystem, narrow } from "./toolchains.ts";

export type Link = { at: string; to: string };

export type Agents = {
  /** Ids of the presets whose program is here. */
  found: string[];
  /** Where commands find them by name. */
  path: string[];
  /** Folders and files to show. */
  shown: string[];
  /** To be made as links: a program looks for its parts beside what its name leads to. */
  links: Link[];
};

/** Looks for the program of every preset on the host's PATH. */
export function findAgents(hostPath = process.env.PATH ?? ""): Agents {
  const entries = hostPath.split(delimiter).filter((entry) => isAbsolute(entry) && !isOurs(entry));
  const agents: Agents = { found: [], path: [], shown: [], links: [] };
  for (const [id, { program }] of Object.entries(PRESETS)) {
    const entry = entries.find((folder) => isProgram(join(folder, program)));
    if (entry === undefined) continue;
    const { file, links } = follow(join(entry, program));
    agents.found.push(id);
    agents.path.push(entry);
    agents.links.push(...links.filter(({ at }) => !isSystem(at)));
    agents.shown.push(...shownFor(file, links.length > 0));
  }
  return { ...agents, path: [...new Set(agents.path)], shown: [...new Set(agents.shown)] };
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false; // Not there, or a link that leads nowhere.
  }
}

/** What a name leads to, and by which links. */
function follow(name: string): { file: string; links: Link[] } {
  const links: Link[] = [];
  for (let at = name; ; ) {
    const text = linkText(at);
    if (text === null) return { file: at, links };
    // From where the link really lies: its folder may be reached by another link.
    const to = resolve(realpathSync(dirname(at)), text);
    links.push({ at, to });
    at = to;
  }
}

function linkText(path: string): string | null {
  try {
    return readlinkSync(path);
  } catch {
    return null;
  }
}

/** What of the host makes this file run: its packages, its folder with its interpreter, or nothing but itself. */
function shownFor(file: string, linked: boolean): string[] {
  const place = realpathSync(file);
  if (isSystem(place)) return [];
  // All of a prefix: some packages keep what they need beside them and not below.
  const packages = /^.*?\/node_modules(?=\/)/.exec(place)?.[0];
  const parts = packages === undefined ? partsOf(place, linked) : [packages];
  return place === file ? parts : [file, ...parts];
}

function partsOf(place: string, linked: boolean): string[] {
  const interpreter = interpreterOf(place);
  if (interpreter === null) return [place];
  const folder = dirname(place);
  if (basename(folder) !== "bin") return [isApart(folder, linked) ? folder : place];
  const above = dirname(folder);
  const isVenv = existsSync(join(above, "pyvenv.cfg"));
  const own = isVenv || narrow(above) ? above : place;
  return [own, ...prefixesOf(isVenv ? join(folder, "python") : interpreter)];
}

/** An installer made this folder for one program: its name elsewhere leads here, or it is where such folders are. */
function isApart(folder: string, linked: boolean): boolean {
  const holdsHome = `${homedir()}/`.startsWith(`${folder}/`);
  return !holdsHome && (linked || folder.includes("/share/"));
}

/** Of a script, the program of its first line; null of anything else. */
function interpreterOf(file: string): string | null {
  const head = Buffer.alloc(256);
  const fd = openSync(file, "r");
  try {
    const length = readSync(fd, head, 0, head.length, 0);
    return /^#!\s*(\S+)/.exec(head.toString("latin1", 0, length))?.[1] ?? null;
  } finally {
    closeSync(fd);
  }
}

/** Where an interpreter was installed, under every name that leads there: a venv's python is a link to a link. */
function prefixesOf(interpreter: string): string[] {
  if (!existsSync(interpreter)) return [];
  const { file, links } = follow(interpreter);
  return [...links.map(({ at }) => at), file, realpathSync(file)]
    .map((hop) => dirname(dirname(hop)))
    .filter((prefix) => !isSystem(prefix) && narrow(prefix));
}
