/** Keys of the desk: single letters, never while somebody writes or a dialog is open. */
import { onBeforeUnmount, reactive } from "vue";

export interface Key {
  key: string;
  what: string;
  run: () => void;
}

export const keyboard = reactive({ help: false });

const sources: (() => Key[])[] = [];

/** Whether a key pressed there belongs to what stands there, not to the desk. */
export function belongsElsewhere(target: EventTarget | null): boolean {
  if (!(target instanceof Element)) return false;
  return !!target.closest("input:not([type=checkbox]), textarea, select, [contenteditable=true], [role=dialog], [role=listbox], [role=combobox], [role=menu]");
}

/** The keys in force now; what was opened last wins. */
export function keysNow(): Key[] {
  const seen = new Map<string, Key>();
  for (const source of [...sources].reverse()) for (const k of source()) if (!seen.has(k.key)) seen.set(k.key, k);
  return [...seen.values()];
}

/** Adds keys while the component lives. They are asked for at every press, so they may follow what is on the page. */
export function useKeys(keys: () => Key[]): void {
  sources.push(keys);
  onBeforeUnmount(() => sources.splice(sources.indexOf(keys), 1));
}

export function listenKeys(): void {
  window.addEventListener("keydown", (e) => {
    if (e.ctrlKey || e.metaKey || e.altKey || e.isComposing || e.defaultPrevented || belongsElsewhere(e.target)) return;
    if (document.querySelector("dialog[open], .hy-modal")) return;
    // Enter and space press what has the focus.
    if ((e.key === "Enter" || e.key === " ") && e.target instanceof Element && e.target.closest("button, a, summary, label")) return;
    if (e.key === "?") {
      keyboard.help = true;
      e.preventDefault();
      return;
    }
    const found = keysNow().find((k) => k.key === e.key);
    if (!found) return;
    e.preventDefault();
    found.run();
  });
}
