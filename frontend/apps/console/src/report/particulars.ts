/** What stands in an event's particulars and in a proposal, as lines people read. */
import type { Schemas } from "../core/http";
import { stamp } from "../core/time";
import { choiceName } from "../core/words";
import { fieldLabel } from "./forms";

const hidden = new Set(["version", "owner", "upload_ids", "photo_ids", "asked_by", "proposal_id"]);
const isTime = (v: string) => /^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(v);
const isId = (v: string) => /^[0-9a-f]{8}-[0-9a-f]{4}-/.test(v);

/** A value in words; names replaces ids that are known. Undefined says there is nothing to show. */
function said(action: string, field: string, v: unknown, names: Record<string, string>): string | undefined {
  if (v === null || v === undefined || v === "" || v === false) return undefined;
  if (v === true) return "是";
  if (typeof v === "number") return choiceName(action, field, String(v));
  if (typeof v === "string") {
    if (isTime(v)) return stamp(v);
    if (isId(v)) return names[v];
    return choiceName(action, field, v);
  }
  if (Array.isArray(v)) return v.map((x) => said(action, field, x, names)).filter(Boolean).join("、") || undefined;
  return Object.values(v as Record<string, unknown>).map((x) => said(action, field, x, names)).filter(Boolean).join(" ") || undefined;
}

export function lines(action: string, data: unknown, names: Record<string, string> = {}): [string, string][] {
  if (!data || typeof data !== "object") return [];
  const out: [string, string][] = [];
  for (const [k, v] of Object.entries(data as Record<string, unknown>)) {
    if (k === "upload_ids" && Array.isArray(v) && v.length) out.push(["照片", `${v.length} 张`]);
    if (hidden.has(k)) continue;
    const text = said(action, k, v, names);
    if (text) out.push([fieldLabel(k), text]);
  }
  return out;
}

/** Names of units and deputies that stand on the page, by their ids. */
export function namesOn(v: Schemas["ReportView"]): Record<string, string> {
  return Object.fromEntries([...v.units, ...v.deputies].map((x) => [x.id, x.name]));
}

/** Who acted after this moment, for telling somebody whose step came too late. */
export function latestStep(before: Schemas["ReportView"], after: Schemas["ReportView"]): { by: string; title: string } | null {
  if (after.version === before.version) return null;
  const seen = before.timeline.at(-1)?.at ?? "";
  const last = [...after.timeline].sort((a, b) => a.at.localeCompare(b.at)).at(-1);
  if (!last || (last.at <= seen && after.timeline.length === before.timeline.length)) return { by: "其他人", title: "有变化" };
  return { by: last.by || "系统", title: last.title };
}
