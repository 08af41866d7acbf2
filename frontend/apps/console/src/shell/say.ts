/** Short words at the edge of the screen, read out politely. */
import { reactive } from "vue";

export interface Word {
  id: number;
  text: string;
  tone: "good" | "bad" | "warn" | "";
}

export const words = reactive<Word[]>([]);
let n = 0;

export function say(text: string, tone: Word["tone"] = "good"): void {
  const word = { id: ++n, text, tone };
  words.push(word);
  setTimeout(() => {
    const i = words.findIndex((w) => w.id === word.id);
    if (i >= 0) words.splice(i, 1);
  }, tone === "bad" ? 9000 : 5000);
}
