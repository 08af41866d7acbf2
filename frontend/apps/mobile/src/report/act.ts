import { ApiError, Attempts, unwrap, type Schema } from "@huying/api";
import { session } from "../session";

export type Report = Schema<"ReportView">;
export type Offer = Schema<"FlowOffer">;
export type Need = Schema<"FlowNeed">;

const attempts = new Attempts();

/**
 * Does an action the server allows. Every action is an operation of its own with the same path shape and answer; which
 * fields it needs the server says beside it.
 */
export function act(report: { id: string; tenant: string }, action: string, body: Record<string, unknown>): Promise<Report> {
  const path = `/api/v1/reports/{id}/${action}` as "/api/v1/reports/{id}/accept";
  return attempts.send(
    JSON.stringify([report.id, action, body]),
    (key) =>
      unwrap(
        session.api.POST(path, {
          headers: { "X-Tenant": report.tenant },
          params: { path: { id: report.id }, header: { "Idempotency-Key": key } },
          body: body as never,
        }),
      ),
    (error) => error instanceof ApiError && (error.status === 0 || error.status >= 500),
  );
}

/** Fields the person never sees: the version they looked at travels along by itself. */
export const hiddenNeeds = new Set(["version"]);

/** Kinds of fields that a phone cannot fill; such an action is done at the desk. */
const deskKinds = new Set(["regions", "parts", "position"]);

/** What may be done on the spot and sent later: findings and answers. Taking a report is a race and never waits. */
export const waitable = new Set(["verify", "resolve", "confirm", "contact", "interim", "ask", "answer", "comment", "opinion", "reply"]);

export function needsDesk(offer: Offer): boolean {
  return offer.needs.some((n) => n.required && deskKinds.has(n.kind));
}

/** Turns what was filled in into the body the action takes; empty fields are left out. */
export function bodyOf(offer: Offer, values: Record<string, unknown>, version: number): Record<string, unknown> {
  const body: Record<string, unknown> = {};
  for (const need of offer.needs) {
    if (need.field === "version") {
      body.version = version;
      continue;
    }
    const value = values[need.field];
    if (value === undefined || value === "" || (Array.isArray(value) && value.length === 0)) continue;
    if (need.kind === "time") body[need.field] = new Date(String(value)).toISOString();
    else if (need.kind === "window") {
      const w = value as { from?: string; to?: string };
      if (w.from && w.to) body[need.field] = { from: new Date(w.from).toISOString(), to: new Date(w.to).toISOString() };
    } else if (need.kind === "reports") body[need.field] = String(value).split(/[\s,，、]+/).filter(Boolean);
    else if (need.kind === "contact") {
      const c = value as { name?: string; phone?: string };
      if (c.name) body[need.field] = c;
    } else if (need.kind === "choice" && /^\d+$/.test(String(value))) body[need.field] = Number(value);
    else body[need.field] = value;
  }
  return body;
}

/** Required fields that are still empty. */
export function missing(offer: Offer, body: Record<string, unknown>): Need[] {
  return offer.needs.filter((n) => n.required && !hiddenNeeds.has(n.field) && body[n.field] === undefined);
}
