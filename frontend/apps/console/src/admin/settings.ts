/** The clocks a tenant may set, with what the house says when it does not; and what a change means, in words. */
import type { Schemas } from "../core/http";
import { clockClasses, clockNames, spanWords } from "../core/words";

export type Settings = Schemas["DivisionSettingsView"];

/** clock, or clock.case, and the default of the house. */
export const clocks: [string, string][] = [
  ["admit", "4wh"], ["admit.danger", "15min"], ["accept", "24h"], ["verify", "3wd"], ["verify.ordinary", "1wd"], ["dispatch", "1wd"], ["dispatch.danger", "30min"], ["take", "4wh"], ["take.danger", "30min"],
  ["contact", "24h"], ["contact.danger", "2h"], ["on_site", "2h"], ["handling.danger", "24h"], ["handling.urgent", "2h"], ["handling.utility", "24h"], ["handling", "7d"], ["handling.complex", "15d"],
  ["confirm", "3wd"], ["rate", "15d"], ["rate_remind", "3d"], ["rate_call", "7d"], ["redispatch", "1wd"], ["objection", "5wd"], ["appeal", "3wd"], ["ruling", "4wh"], ["ruling.danger", "30min"], ["review", "90d"],
  ["answer", "5wd"], ["supervise", "5wd"], ["attitude", "5wd"], ["extension", "1wd"], ["opinion", "3wd"], ["transfer", "1wd"], ["transfer_city", "1wd"],
];

export function clockTitle(key: string): string {
  const [kind, kase] = key.split(".");
  return (clockNames[kind!] ?? kind!) + (kase ? `（${clockClasses[kase] ?? kase}）` : "");
}

const spanForm = /^([1-9][0-9]{0,4})(min|h|d|wh|wd)$/;
export const isSpan = (text: string): boolean => spanForm.test(text);

/** What would change, line by line: the preview before saving. */
export function changes(before: Settings, after: Settings): string[] {
  const out: string[] = [];
  const defaults = Object.fromEntries(clocks);
  for (const key of new Set([...Object.keys(before.clocks), ...Object.keys(after.clocks)])) {
    const a = before.clocks[key] ?? defaults[key];
    const b = after.clocks[key] ?? defaults[key];
    if (a !== b) out.push(`${clockTitle(key)}：${spanWords(a ?? "")} → ${spanWords(b ?? "")}`);
  }
  const plain: [string, unknown, unknown][] = [
    ["最少样本", before.minimum_sample, after.minimum_sample],
    ["基本满意折算（%）", before.basically_satisfied, after.basically_satisfied],
    ["权重 响应/解决/满意", weights(before), weights(after)],
    ["对外电话", before.public_phone, after.public_phone],
    ["集中反映人数", before.crowd_people, after.crowd_people],
    ["集中反映小时数", before.crowd_hours, after.crowd_hours],
    ["办公时间", hours(before), hours(after)],
    ["不予受理的保留天数", before.retention?.refused_days ?? "默认", after.retention?.refused_days ?? "默认"],
    ["办结的保留天数", before.retention?.closed_days ?? "默认", after.retention?.closed_days ?? "默认"],
    ["消息的保留天数", before.retention?.inbox_days ?? "默认", after.retention?.inbox_days ?? "默认"],
    ["短信的保留天数", before.retention?.message_days ?? "默认", after.retention?.message_days ?? "默认"],
    ["原件锁定", lock(before), lock(after)],
  ];
  for (const [name, a, b] of plain) if (String(a) !== String(b)) out.push(`${name}：${String(a) || "（空）"} → ${String(b) || "（空）"}`);
  return out;
}

const weights = (s: Settings) => `${s.rate_weights.response}/${s.rate_weights.resolution}/${s.rate_weights.satisfaction}`;
const hours = (s: Settings) => s.office_hours.map((o) => `${o.from}–${o.to}`).join("，");
const lock = (s: Settings) => `${s.evidence_lock?.lock_mode || "GOVERNANCE"} ${s.evidence_lock?.lock_days || 1095}天`;
