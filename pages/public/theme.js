// Runs before the first paint: a choice read later would flash the other theme. A file, because the
// Content-Security-Policy allows no inline scripts.
try {
  const theme = localStorage.getItem("tidegate.theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
} catch {
  // Storage is forbidden: the system's theme stays.
}
