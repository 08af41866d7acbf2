/** Chinese is the text itself; English words stand beside it for those who read none. Templates are made to speak by scripts/words.mjs. */
import { ref, shallowRef } from "vue";

const stored = "huying.lang";
export const lang = ref(localStorage.getItem(stored) === "en" ? "en" : "zh-CN");
const english = shallowRef<Record<string, string>>({});

/** Reads the words of the language chosen, before anything is shown. */
export async function loadWords(): Promise<void> {
  document.documentElement.lang = lang.value;
  if (lang.value === "en") english.value = (await import("./english")).english;
}

export async function setLang(to: string): Promise<void> {
  lang.value = to;
  localStorage.setItem(stored, to);
  await loadWords();
}

/** The words in the language chosen; Chinese where English has none yet. */
export const t = (words: string): string => (lang.value === "en" ? (english.value[words] ?? words) : words);

/** A list of words by code, each read in the language chosen. */
export function spoken(words: Record<string, string>): Record<string, string> {
  return new Proxy(words, { get: (all, key) => (typeof all[key as string] === "string" ? t(all[key as string]!) : undefined) });
}
