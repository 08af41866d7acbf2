import { ref, watch } from "vue";

export type Theme = "auto" | "light" | "dark";

const STORED_THEME = "huying.theme";
const STORED_ELDER = "huying.elder";

function read(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

function write(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    // Chosen for this visit only.
  }
}

const kept = read(STORED_THEME);
/** Light, dark, or as the system says. */
export const theme = ref<Theme>(kept === "light" || kept === "dark" ? kept : "auto");
/** Large letters, large targets, fewer choices. */
export const elder = ref(read(STORED_ELDER) === "1");
/** Whether the page is dark now. */
export const dark = ref(false);

/** Makes the page follow theme and elder mode; call once at the start. */
export function followTheme(): void {
  const system = window.matchMedia?.("(prefers-color-scheme: dark)");
  const apply = () => {
    const root = document.documentElement;
    dark.value = theme.value === "dark" || (theme.value === "auto" && (system?.matches ?? false));
    root.dataset.theme = dark.value ? "dark" : "light";
    root.classList.toggle("dark", dark.value);
    root.classList.toggle("elder", elder.value);
  };
  system?.addEventListener("change", apply);
  watch(theme, (to) => (write(STORED_THEME, to), apply()));
  watch(elder, (to) => (write(STORED_ELDER, to ? "1" : "0"), apply()));
  apply();
}

/** Gives the page a tenant's colour. One that text cannot stand on is darkened until it can. */
export function setBrandColor(color: string | undefined): void {
  const m = color && /^#([0-9a-f]{6})$/i.exec(color);
  const root = document.documentElement.style;
  if (!m) {
    root.removeProperty("--hy-brand");
    return;
  }
  let rgb = [0, 2, 4].map((at) => parseInt(m[1]!.slice(at, at + 2), 16));
  while (contrastWithWhite(rgb) < 5.2) rgb = rgb.map((v) => Math.floor(v * 0.92));
  root.setProperty("--hy-brand", `rgb(${rgb.join(" ")})`);
}

function contrastWithWhite(rgb: number[]): number {
  const [r, g, b] = rgb.map((v) => {
    const c = v / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  });
  return 1.05 / (0.2126 * r! + 0.7152 * g! + 0.0722 * b! + 0.05);
}
