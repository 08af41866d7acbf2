import { say } from "@huying/i18n";
import type { Schema } from "@huying/api";

/** An action as a person filled it in, to be sent when there is a network: what, on which report, and what they saw then. */
export interface Doing {
  report: string;
  number: string;
  tenant: string;
  action: string;
  /** The action's name for people. */
  title: string;
  /** What was filled in, without photos and version. */
  values: Record<string, unknown>;
  /** The fields as the form had them. */
  form: Record<string, unknown>;
  /** The field that takes the photos. */
  photoField?: string;
  /** How often the report's history had this action when it was filled in. */
  seen: number;
}

type Seen = Pick<Schema<"ReportView">, "timeline" | "allowed_actions" | "version" | "state_name">;

/** How often the history of a report has an action. */
export function countOf(report: Pick<Seen, "timeline">, action: string): number {
  return report.timeline.filter((e) => e.action === action).length;
}

/**
 * What to do with an action that waited, now that the report can be read again: send it as it stands; or it is there
 * already, because only the answer was lost; or things have moved on, which is said and never overwritten.
 */
export function fate(doing: Pick<Doing, "action" | "seen">, report: Seen, me: string | undefined): { send: true; version: number } | { send: false; done: boolean; text: string } {
  const again = report.timeline.filter((e) => e.action === doing.action).at(-1);
  const done = countOf(report, doing.action) > doing.seen;
  if (done && me && again?.by?.includes(me)) return { send: false, done: true, text: "" };
  if (report.allowed_actions.some((a) => a.action === doing.action)) return { send: true, version: report.version };
  const who = done && again?.by ? say("，已由{0}办理", [again.by]) : "";
  return { send: false, done: false, text: say("这件事已有新进展（{0}{1}），您写的还在，请打开看看", [report.state_name, who]) };
}
