import { readonly, ref } from "vue";

/** Words by dotted name; {x} stands for a parameter. */
export interface Words {
  [name: string]: string | Words;
}

/** The dotted names of the texts in W. */
export type Key<W> = { [K in keyof W & string]: W[K] extends string ? K : `${K}.${Key<W[K]>}` }[keyof W & string];

/** A second language has the same names as the first. */
export type Same<W> = { [K in keyof W]: W[K] extends string ? string : Same<W[K]> };

export type Locale = "zh-CN" | "en";

const STORED = "huying.locale";

function first(): Locale {
  try {
    const kept = localStorage.getItem(STORED);
    if (kept === "zh-CN" || kept === "en") return kept;
  } catch {
    // No storage: the default serves.
  }
  return "zh-CN";
}

const current = ref<Locale>(first());
/** The language in use, shared by the whole page. */
export const locale = readonly(current);

/** Chooses the language and remembers it. */
export function setLocale(to: Locale): void {
  current.value = to;
  document.documentElement.lang = to;
  try {
    localStorage.setItem(STORED, to);
  } catch {
    // Chosen for this visit only.
  }
}

function look(words: Words, key: string): string | undefined {
  let at: string | Words | undefined = words;
  for (const part of key.split(".")) {
    if (at === undefined || typeof at === "string") return undefined;
    at = at[part];
  }
  return typeof at === "string" ? at : undefined;
}

/** Makes the translate function of an app from its words; what English lacks is said in Chinese. */
export function createWords<W extends Words>(zh: W, en: Same<W>) {
  return function t(key: Key<W>, params: Record<string, string | number> = {}): string {
    const text = (current.value === "en" ? look(en as Words, key) : undefined) ?? look(zh, key) ?? key;
    return text.replace(/\{(\w+)\}/g, (whole, name: string) => (name in params ? String(params[name]) : whole));
  };
}

const formats = new Map<string, Intl.DateTimeFormat>();

function format(name: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${current.value}/${name}`;
  let made = formats.get(key);
  if (!made) formats.set(key, (made = new Intl.DateTimeFormat(current.value, { timeZone: "Asia/Shanghai", ...options })));
  return made;
}

/** A day and time as people say it, in the time of the tenants. */
export function dateTime(at: string | Date): string {
  return format("dateTime", { month: "long", day: "numeric", hour: "2-digit", minute: "2-digit", hour12: false }).format(new Date(at));
}

/** A day with its year. */
export function day(at: string | Date): string {
  return format("day", { year: "numeric", month: "long", day: "numeric" }).format(new Date(at));
}

/** How far away a moment is, in the largest unit that says enough: 3 小时后, 2 天前. */
export function fromNow(at: string | Date, now: Date = new Date()): string {
  const minutes = Math.round((new Date(at).getTime() - now.getTime()) / 60_000);
  const relative = new Intl.RelativeTimeFormat(current.value, { numeric: "always" });
  if (Math.abs(minutes) < 60) return relative.format(minutes, "minute");
  const hours = Math.round(minutes / 60);
  if (Math.abs(hours) < 48) return relative.format(hours, "hour");
  return relative.format(Math.round(hours / 24), "day");
}
export { say, speakEnglish, type English } from "./say";
