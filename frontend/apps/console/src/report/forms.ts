/** Forms made from what the server says an action needs: values, what is missing, and the body to send. No screen in here. */
import type { Schemas } from "../core/http";
import { fromField } from "../core/time";

export type Offer = Schemas["FlowOffer"];
export type Need = Schemas["FlowNeed"];

export interface Part {
  title: string;
  description: string;
  category: string;
  photo_ids: string[];
}
export interface Uploaded {
  id: string;
  name: string;
}
export interface Region {
  x: number;
  y: number;
  width: number;
  height: number;
}
export type Values = Record<string, unknown>;

/** Fields that are for the program, not for people to fill in. */
const silent = new Set(["version"]);
export const visible = (offer: Offer): Need[] => offer.needs.filter((n) => !silent.has(n.field));

export function emptyValue(need: Need): unknown {
  switch (need.kind) {
    case "units":
    case "reports":
    case "photos":
    case "regions":
      return [];
    case "yes_no":
      return null;
    case "contact":
      return { unit: "", phone: "" };
    case "window":
      return { from: "", to: "" };
    case "parts":
      return [{ title: "", description: "", category: "", photo_ids: [] }];
    default:
      return "";
  }
}

/** The form of an action as it opens: what an earlier try left, else empty. */
export function openValues(offer: Offer, draft?: Values): Values {
  const out: Values = {};
  for (const n of visible(offer)) {
    const empty = emptyValue(n);
    const kept = draft?.[n.field];
    out[n.field] = sameShape(empty, kept) ? kept : empty;
  }
  return out;
}

function sameShape(a: unknown, b: unknown): boolean {
  if (b === undefined) return false;
  if (a === null) return b === null || typeof b === "boolean";
  return Array.isArray(a) === Array.isArray(b) && typeof a === typeof b && b !== null;
}

export function isEmpty(need: Need, value: unknown): boolean {
  switch (need.kind) {
    case "yes_no":
      return value === null || value === undefined;
    case "contact": {
      const c = value as { unit: string };
      return !c.unit.trim();
    }
    case "window": {
      const w = value as { from: string; to: string };
      return !w.from && !w.to;
    }
    case "parts":
      return (value as Part[]).every((p) => !p.description.trim());
    default:
      return Array.isArray(value) ? value.length === 0 : String(value ?? "").trim() === "";
  }
}

/** Whether anything was written that would be lost. */
export const touched = (offer: Offer, values: Values): boolean => visible(offer).some((n) => !isEmpty(n, values[n.field]));

const filled = (offer: Offer, values: Values, field: string) => {
  const need = offer.needs.find((n) => n.field === field);
  return !!need && !isEmpty(need, values[field]);
};

type Rule = (offer: Offer, v: Values) => Record<string, string>;
const either = (a: string, b: string, say: string): Rule => (o, v) => (filled(o, v, a) || filled(o, v, b) ? {} : { [a]: say });

/** What the labels say in words about fields that hang together. */
const rules: Record<string, Rule> = {
  verify: either("upload_ids", "seen", "请上传现场照片，或填写查看时段"),
  reopen: either("evidence", "upload_ids", "请写明现在的情况，或上传照片"),
  merge: either("into", "reports", "请选择要合并的事项"),
  "legal-route": either("proof", "upload_ids", "请写明凭据，或上传凭据照片"),
  transfer: either("to_tenant", "division_code", "请选择移交给哪个区市"),
  confirm: (o, v): Record<string, string> => (v.confirmed === false && !filled(o, v, "reason") ? { reason: "请写明未通过的原因" } : {}),
  reply: (o, v): Record<string, string> => (["solved", "partly_solved"].includes(String(v.result)) && !filled(o, v, "upload_ids") ? { upload_ids: "请上传办理后的照片" } : {}),
  review: (o, v) => {
    const out: Record<string, string> = {};
    if (v.decision === "keep" && !filled(o, v, "reason")) out.reason = "请写明继续挂账的原因";
    if (v.decision === "keep" && !filled(o, v, "review_at")) out.review_at = "请填写下次复查日期";
    return out;
  },
};

/** What is missing or wrong, by field, before anything is sent. */
export function missing(offer: Offer, values: Values): Record<string, string> {
  const out: Record<string, string> = {};
  for (const n of visible(offer)) {
    const value = values[n.field];
    // Several units side by side need no lead.
    const free = n.field === "lead_unit_id" && filled(offer, values, "separate_unit_ids");
    if (n.required && !free && isEmpty(n, value)) out[n.field] = n.kind === "photos" ? "请上传照片" : n.kind === "choice" || n.kind === "yes_no" ? "请选择" : "请填写";
    if (n.kind === "time" && !isEmpty(n, value) && !fromField(String(value))) out[n.field] = "时间不完整";
    if (n.kind === "window" && !isEmpty(n, value)) {
      const w = value as { from: string; to: string };
      const from = fromField(w.from);
      const to = fromField(w.to);
      if (!from || !to) out[n.field] = "起止时间都要填写";
      else if (to <= from) out[n.field] = "结束要晚于开始";
    }
    if (n.kind === "contact" && n.required && !out[n.field]) {
      const c = value as { phone: string };
      if (c.phone && !/^[0-9()（） +-]{3,20}$/.test(c.phone)) out[n.field] = "电话号码不对";
    }
    if (n.kind === "parts" && !isEmpty(n, value) && (value as Part[]).some((p) => !p.description.trim())) out[n.field] = "每一件都要写明情况";
  }
  return { ...rules[offer.action]?.(offer, values), ...out };
}

/** The body to send: empty fields are left out, times are moments, the version is the one that was seen. */
export function toBody(offer: Offer, values: Values, version: number): Record<string, unknown> {
  const body: Record<string, unknown> = {};
  for (const n of offer.needs) {
    if (n.field === "version") {
      body.version = version;
      continue;
    }
    const value = values[n.field];
    if (value === undefined || isEmpty(n, value)) continue;
    body[n.field] = wire(n, value);
  }
  return body;
}

function wire(n: Need, value: unknown): unknown {
  switch (n.kind) {
    case "time":
      return fromField(String(value));
    case "photos":
      return (value as Uploaded[]).map((u) => u.id);
    case "window": {
      const w = value as { from: string; to: string };
      return { from: fromField(w.from), to: fromField(w.to) };
    }
    case "contact": {
      const c = value as { unit: string; phone: string };
      return { unit: c.unit.trim(), ...(c.phone.trim() ? { phone: c.phone.trim() } : {}) };
    }
    case "parts":
      return (value as Part[]).map((p) => ({
        description: p.description.trim(),
        ...(p.title.trim() ? { title: p.title.trim() } : {}),
        ...(p.category ? { category: p.category } : {}),
        ...(p.photo_ids.length ? { photo_ids: p.photo_ids } : {}),
      }));
    case "choice":
      return n.choices?.every((c) => /^\d+$/.test(c)) ? Number(value) : value;
    case "text":
      return String(value).trim();
    default:
      return value;
  }
}

/** Long texts get room to write. */
const short = new Set(["body", "proof", "person", "channel", "outside_part", "into"]);
export const isLong = (n: Need): boolean => n.kind === "text" && !short.has(n.field);

const draftKey = (report: string, action: string) => `huying.draft.${report}.${action}`;

/** What was written but not sent, kept until it is sent or the person signs out. */
export function keepDraft(report: string, offer: Offer, values: Values): void {
  if (touched(offer, values)) sessionStorage.setItem(draftKey(report, offer.action), JSON.stringify(values));
  else sessionStorage.removeItem(draftKey(report, offer.action));
}
export function draft(report: string, action: string): Values | undefined {
  try {
    return (JSON.parse(sessionStorage.getItem(draftKey(report, action)) ?? "null") as Values | null) ?? undefined;
  } catch {
    return undefined;
  }
}
export const dropDraft = (report: string, action: string) => sessionStorage.removeItem(draftKey(report, action));

/** Names of fields in a proposal that waits, for whoever signs it. */
const labels: Record<string, string> = {
  result: "办理结果", content: "内容", reason: "原因", due_at: "延到", until: "暂停到", kind: "类别", proposed_unit_id: "应由谁办理", unit_id: "协办单位", plan: "打算怎么办", person: "责任人",
  review_at: "复查日期", letter: "督办函", where_to: "应找的单位", body: "办理机关", proof: "凭据", outside_part: "程序以外的部分", way: "办法", summary: "答复内容", upload_ids: "照片",
  accusation: "检举控告", note: "备注", lead_unit_id: "主办单位",
};
export const fieldLabel = (field: string): string => labels[field] ?? field;
