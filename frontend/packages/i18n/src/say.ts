import { shallowRef } from "vue";
import { locale } from "./index";

/** Texts by the Chinese they stand for. */
export type English = Readonly<Record<string, string>>;

const english = shallowRef<English>({});

/** Gives the texts of the second language; they are loaded only where somebody uses them. */
export function speakEnglish(words: English): void {
  english.value = { ...english.value, ...words };
}

/**
 * A text of the screens, written where it stands in the first language. {0}, {1} … are filled in; what the second
 * language lacks is said in the first.
 */
export function say(text: string, fill: readonly (string | number | undefined | null)[] = []): string {
  const said = locale.value === "en" ? (english.value[text] ?? text) : text;
  return said.replace(/\{(\d)\}/g, (whole, n: string) => (Number(n) < fill.length ? String(fill[Number(n)] ?? "") : whole));
}
