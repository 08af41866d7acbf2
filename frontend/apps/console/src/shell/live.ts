/** Hints from the server while the desk is open: read by fetch, so that the token stays out of the address. */
import { reactive } from "vue";
import { parseEvents } from "@huying/session";
import { get, type Schemas } from "../core/http";
import { accessHeaders, may, session } from "../session/store";

export interface Hint {
  kind: "notice" | "report" | "resync";
  id?: string;
  tenant?: string;
  version?: number;
}

export const live = reactive({ connected: false, unread: 0 });

const listeners = new Set<(h: Hint) => void>();

/** Calls `hear` for every hint until the returned function is called. */
export function onHint(hear: (h: Hint) => void): () => void {
  listeners.add(hear);
  return () => listeners.delete(hear);
}

let stop: AbortController | null = null;
let last = "";

export async function countUnread(): Promise<void> {
  try {
    live.unread = (await get<Schemas["CountOutputBody"]>("/notices/unread")).unread;
  } catch {
    // A counter that is late disturbs nobody.
  }
}

function tell(h: Hint): void {
  if (h.kind !== "report") void countUnread();
  listeners.forEach((hear) => hear(h));
}

/** Stays connected as long as somebody is signed in, waiting a little longer after each failure. */
export async function startLive(): Promise<void> {
  let wait = 1000;
  for (;;) {
    if (session.state !== "in" || !may("notice.listen")) {
      await sleep(2000);
      continue;
    }
    stop = new AbortController();
    try {
      const headers = { ...accessHeaders(), ...(last ? { "Last-Event-ID": last } : {}) };
      const response = await fetch("/api/v1/events", { headers, signal: stop.signal, cache: "no-store" });
      if (response.status === 401) await get("/me");
      if (response.ok && response.body) {
        live.connected = true;
        wait = 1000;
        await read(response.body);
      }
    } catch {
      // The way was cut; the loop tries again.
    }
    live.connected = false;
    await sleep(wait + Math.random() * 500);
    wait = Math.min(wait * 2, 30_000);
    if (session.state === "in") tell({ kind: "resync" });
  }
}

async function read(body: NonNullable<Response["body"]>): Promise<void> {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const parsed = parseEvents(text + value.replace(/\r/g, ""));
    text = parsed.rest;
    for (const e of parsed.events) {
      if (e.id) last = e.id;
      if (e.name === "bye") return;
      if (e.name === "resync") tell({ kind: "resync" });
      if (e.name === "hint") tell(JSON.parse(e.data) as Hint);
    }
  }
}

const sleep = (ms: number) => new Promise((r) => setTimeout(r, ms));
