import type { Session } from "./session";

/** Something changed: a notice for this person, or a report they may read. Its content is asked for separately. */
export interface Hint {
  kind: "notice" | "report";
  tenant: string;
  id: string;
  version: number;
}

export interface Listener {
  onHint(hint: Hint): void;
  /** Hints may have been missed: ask for the lists again. */
  onResync?(): void;
}

interface Event {
  id: string;
  name: string;
  data: string;
}

/** Takes the whole events out of what arrived so far, and gives back the rest. */
export function parseEvents(text: string): { events: Event[]; rest: string } {
  const blocks = text.split("\n\n");
  const rest = blocks.pop() ?? "";
  const events: Event[] = [];
  for (const block of blocks) {
    const event: Event = { id: "", name: "message", data: "" };
    for (const line of block.split("\n")) {
      const colon = line.indexOf(":");
      if (colon <= 0) continue;
      const value = line.slice(colon + 1).replace(/^ /, "");
      const field = line.slice(0, colon);
      if (field === "event") event.name = value;
      else if (field === "data") event.data += value;
      else if (field === "id") event.id = value;
    }
    if (event.data || event.name !== "message") events.push(event);
  }
  return { events, rest };
}

const LONGEST_WAIT_MS = 60_000;

/**
 * Listens for hints until the returned function is called, and connects again with growing pauses. The token travels
 * in a header, which is why this is fetch and no EventSource.
 */
export function listen(session: Session, listener: Listener): () => void {
  const stop = new AbortController();
  let last = "";
  let wait = 1000;

  async function once(): Promise<void> {
    const token = await session.token();
    if (!token) return;
    const headers: Record<string, string> = { Authorization: `Bearer ${token}`, Accept: "text/event-stream" };
    if (last) headers["Last-Event-ID"] = last;
    const answer = await fetch("/api/v1/events", { headers, signal: stop.signal });
    if (!answer.ok || !answer.body) throw new Error(`events: ${answer.status}`);
    wait = 1000;
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    let buffer = "";
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      const parsed = parseEvents(buffer + value.replace(/\r/g, ""));
      buffer = parsed.rest;
      for (const event of parsed.events) {
        if (event.id) last = event.id;
        if (event.name === "hint") listener.onHint(JSON.parse(event.data) as Hint);
        else if (event.name === "resync") listener.onResync?.();
      }
    }
  }

  void (async () => {
    while (!stop.signal.aborted) {
      try {
        await once();
      } catch {
        wait = Math.min(wait * 2, LONGEST_WAIT_MS);
      }
      if (!stop.signal.aborted) await new Promise((next) => setTimeout(next, wait));
    }
  })();
  return () => stop.abort();
}
