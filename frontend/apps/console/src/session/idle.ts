/** Logout when nobody touches the desk: 30 minutes at most, told two minutes before. */
import { reactive } from "vue";

export const idleMinutes = 30;
const limit = idleMinutes * 60_000;
const notice = 2 * 60_000;
/** The server counts requests, not keystrokes; who is writing keeps the session by asking now and then. */
const keepEvery = 5 * 60_000;

/** What stands at `now` for somebody last active at `active`: nothing, seconds left to tell, or over. */
export function idleAt(active: number, now: number): { over: boolean; warn: number } {
  const rest = limit - (now - active);
  if (rest <= 0) return { over: true, warn: 0 };
  return { over: false, warn: rest <= notice ? Math.ceil(rest / 1000) : 0 };
}

export const idle = reactive({ warn: 0 });

let active = Date.now();
let asked = Date.now();

export function touch(): void {
  active = Date.now();
  idle.warn = 0;
}

/** Watches the desk; `keep` asks the server something small, `over` ends the session. */
export function watchIdle(present: () => boolean, keep: () => void, over: () => void): void {
  const seen = () => {
    // Once told, a person has to say that they are there: a mouse that slides does not.
    if (idle.warn > 0) return;
    active = Date.now();
    if (present() && active - asked > keepEvery) {
      asked = active;
      keep();
    }
  };
  for (const kind of ["pointerdown", "keydown", "wheel", "touchstart"]) addEventListener(kind, seen, { passive: true, capture: true });
  setInterval(() => {
    if (!present()) {
      active = Date.now();
      idle.warn = 0;
      return;
    }
    const at = idleAt(active, Date.now());
    idle.warn = at.warn;
    if (at.over) over();
  }, 1000);
}
