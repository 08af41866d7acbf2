/** The clocks a tenant may set, with what the house says when it does not; and what a change means, in words. */
import type { Schemas } from "../core/http";
import { clockClasses, clockNames, spanWords } from "../core/words";

export type Settings = Schemas["DivisionSettingsView"];
export type CategorySetting = Schemas["DivisionCategorySetting"];

/** What a district may open to citizens. */
export const modules: [id: string, name: string, hint: string][] = [
  ["report", "随手拍", "群众拍照反映问题"], ["deputy", "找代表", "查看身边的代表"], ["station", "联络站", "查看联络站"],
];

export const categoryClasses: Record<string, string> = { urgent: "紧急", utility: "水电气暖", ordinary: "一般", complex: "复杂" };

/** How white letters stand out on a colour, as WCAG counts: at least 4.5 to be read. */
export function contrastOnWhite(color: string): number {
  const m = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/.exec(color);
  if (!m) return 1;
  const [r, g, b] = m.slice(1).map((x) => {
    const c = parseInt(x!, 16) / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  });
  return 1.05 / (0.2126 * r! + 0.7152 * g! + 0.0722 * b! + 0.05);
}

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
    ["名称", before.brand?.name, after.brand?.name],
    ["主色", before.brand?.color, after.brand?.color],
    ["标志", logo(before, after), logo(after, before)],
    ["开放的功能", openModules(before), openModules(after)],
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
  out.push(...categoryChanges(before, after), ...dayChanges(before, after), ...smsChanges(before, after));
  return out;
}

/** A logo in words: another one is a new one. */
const logo = (s: Settings, other: Settings) => (!s.brand?.logo ? "没有" : s.brand.logo === other.brand?.logo ? "有" : `图片（${s.brand.logo.slice(-8)}）`);
const openModules = (s: Settings) => modules.filter(([id]) => s.modules?.includes(id)).map(([, name]) => name).join("、");

function categoryChanges(before: Settings, after: Settings): string[] {
  const codes = new Set([...Object.keys(before.categories ?? {}), ...Object.keys(after.categories ?? {})]);
  return [...codes].filter((c) => JSON.stringify(sorted(before.categories?.[c])) !== JSON.stringify(sorted(after.categories?.[c]))).map((c) => `类别 ${c}：${categoryWords(before.categories?.[c])} → ${categoryWords(after.categories?.[c])}`);
}
const sorted = (c?: CategorySetting) => Object.entries(c ?? {}).sort(([a], [b]) => a.localeCompare(b));

export function categoryWords(c?: CategorySetting): string {
  const out: string[] = [];
  if (c?.off) out.push("不开放");
  if (c?.clock_class) out.push(`按${categoryClasses[c.clock_class]}`);
  if (c?.verify_first !== undefined) out.push(c.verify_first ? "先核实" : "直接转办");
  if (c?.private_default !== undefined) out.push(c.private_default ? "默认不公开" : "默认可公开");
  if (c?.hint) out.push(`提醒“${c.hint}”`);
  return out.join("，") || "默认";
}

type Day = NonNullable<Settings["local_days"]>[number];
function dayChanges(before: Settings, after: Settings): string[] {
  const word = (d: Day) => `${d.day} ${d.working ? "上班" : "放假"}（${d.name}）`;
  const a = (before.local_days ?? []).map(word);
  const b = (after.local_days ?? []).map(word);
  return [...b.filter((x) => !a.includes(x)).map((x) => `增加 ${x}`), ...a.filter((x) => !b.includes(x)).map((x) => `去掉 ${x}`)];
}

function smsChanges(before: Settings, after: Settings): string[] {
  const a = before.sms_off ?? [];
  const b = after.sms_off ?? [];
  return [...b.filter((x) => !a.includes(x)).map((x) => `${x} 不再发短信`), ...a.filter((x) => !b.includes(x)).map((x) => `${x} 恢复发短信`)];
}

const weights = (s: Settings) => `${s.rate_weights.response}/${s.rate_weights.resolution}/${s.rate_weights.satisfaction}`;
const hours = (s: Settings) => s.office_hours.map((o) => `${o.from}–${o.to}`).join("，");
const lock = (s: Settings) => `${s.evidence_lock?.lock_mode || "GOVERNANCE"} ${s.evidence_lock?.lock_days || 1095}天`;
