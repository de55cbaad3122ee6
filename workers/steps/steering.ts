/** Files that decide how a change is judged, or what agents are told and may do: an agent's change to one waits for a person. Pure. */

/** Where they count: elsewhere neither Tidegate nor GitHub reads them. */
const AT_THE_TOP: readonly RegExp[] = [
  // How a change is validated.
  /^\.tidegate\.yml\//,
  // What runs on GitHub's own machines.
  /^\.github\/(?:workflows|actions)\//,
  // Whose review a merge needs, where the branch is protected so.
  /^(?:\.github\/|docs\/)?codeowners\//,
];

/** In whichever folder: agents read the nearest one. What is a folder may be a link that leads elsewhere. */
const ANYWHERE: readonly RegExp[] = [
  // What they are told before anything else.
  /\/(?:agents?|claude|gemini|qwen|crush)(?:\.local|\.override)?\.md\//,
  /\/(?:conventions\.md|copilot-instructions\.md|\.rules|\.goosehints|\.augment-guidelines)\//,
  // Rules, in a file or in a folder, of all modes or of one.
  /\/\.(?:cursor|windsurf|cline|roo|kilocode)rules(?:-[^/]+)?\//,
  // Settings, permissions, hooks, commands, skills and agents below them; ours too, for what may come to lie there.
  /\/\.(?:agents?|amazonq|amp|augment|claude|codegen|codex|continue|copilot|crush|cursor|factory|gemini|goose|junie)\//,
  /\/\.(?:kilocode|kiro|opencode|openhands|qwen|roo|roomodes|tidegate|trae|windsurf)\//,
  /\/\.github\/(?:instructions|prompts|agents|chatmodes|skills|hooks)\//,
  // Which model, options and commands aider goes by; its notes are not taken into a change.
  /\/\.aider[^/]*\//,
  // Which servers and tools are started, and what needs no asking.
  /\/(?:\.mcp\.json|opencode\.jsonc?|\.?crush\.json|\.vscode\/(?:mcp|settings)\.json)\//,
];

/** Letter case tells no two of them apart: a file system that ignores it would read either. */
export function steers(path: string): boolean {
  const whole = `${path.toLowerCase()}/`;
  return AT_THE_TOP.some((place) => place.test(whole)) || ANYWHERE.some((place) => place.test(`/${whole}`));
}
