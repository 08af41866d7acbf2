/** Times as people at a desk read them: Qingdao's clock, wherever the browser stands. */

const zone = "Asia/Shanghai";
const parts = new Intl.DateTimeFormat("zh-CN", {
  timeZone: zone, year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", hourCycle: "h23",
});

function split(t: Date): Record<string, string> {
  return Object.fromEntries(parts.formatToParts(t).map((p) => [p.type, p.value]));
}

/** 2026-11-27 14:05 */
export function stamp(iso?: string | null): string {
  if (!iso) return "";
  const p = split(new Date(iso));
  return `${p.year}-${p.month}-${p.day} ${p.hour}:${p.minute}`;
}

/** 11-27 14:05, with the year only when it is another one. */
export function short(iso?: string | null, now = new Date()): string {
  if (!iso) return "";
  const p = split(new Date(iso));
  const year = p.year === split(now).year ? "" : p.year + "-";
  return `${year}${p.month}-${p.day} ${p.hour}:${p.minute}`;
}

export function day(iso?: string | null): string {
  return stamp(iso).slice(0, 10);
}

/** The value of a datetime-local field for a moment, in Qingdao's time. */
export function toField(iso?: string | null): string {
  return iso ? stamp(iso).replace(" ", "T") : "";
}

/** The moment a datetime-local field means, as the API wants it; undefined when it is not a time. */
export function fromField(value: string): string | undefined {
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?$/.test(value)) return undefined;
  const t = new Date(value + (value.length === 16 ? ":00" : "") + "+08:00");
  return Number.isNaN(t.getTime()) ? undefined : t.toISOString();
}

/** How long until or since a moment, in the largest fitting unit: 还剩3小时, 超2天. */
export function remaining(iso: string, now = Date.now()): { text: string; late: boolean; soon: boolean } {
  const left = new Date(iso).getTime() - now;
  const late = left < 0;
  const minutes = Math.floor(Math.abs(left) / 60_000);
  const span =
    minutes < 1 ? "不到1分钟" : minutes < 60 ? `${minutes}分钟` : minutes < 48 * 60 ? `${Math.floor(minutes / 60)}小时` : `${Math.floor(minutes / 1440)}天`;
  return { text: (late ? "超" : "剩") + span, late, soon: !late && left < 4 * 3600_000 };
}

/** How much of a clock is used, in per cent, as the ladder counts it. */
export function used(started: string, due: string, now = Date.now()): number {
  const from = new Date(started).getTime();
  const whole = new Date(due).getTime() - from;
  return whole <= 0 ? 100 : Math.max(0, Math.round(((now - from) / whole) * 100));
}
