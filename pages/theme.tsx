/** Light, dark, or as the system has it; public/theme.js applies the choice before the first paint. */
import { useState } from "preact/hooks";
import { Icon, type IconName } from "./parts/icon.tsx";

const THEMES = ["system", "light", "dark"] as const;
type Theme = (typeof THEMES)[number];

const ICONS: Record<Theme, IconName> = { system: "system", light: "sun", dark: "moon" };

function chosen(): Theme {
  return THEMES.find((theme) => theme === document.documentElement.dataset.theme) ?? "system";
}

function choose(theme: Theme): void {
  const { dataset } = document.documentElement;
  if (theme === "system") delete dataset.theme;
  else dataset.theme = theme;
  try {
    localStorage.setItem("tidegate.theme", theme);
  } catch {
    // Storage is forbidden: the choice lasts until the page is left.
  }
}

/** Goes from one theme to the next. */
export function ThemeSwitch() {
  const [theme, set] = useState(chosen);
  const next = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length] ?? "system";
  const label = `Theme: ${theme}. Change to ${next}`;
  const change = (): void => {
    choose(next);
    set(next);
  };
  return (
    <button type="button" class="plain small square" onClick={change} title={label} aria-label={label}>
      <Icon name={ICONS[theme]} />
    </button>
  );
}
