/** The views of the work: what waits for whom, and the letters that lead to an action. */
import type { Query, Schemas } from "../core/http";

export type Item = Schemas["ReportItem"];
export type Counts = Schemas["ReportCounts"];

export interface View {
  id: string;
  title: string;
  query: Query;
  /** Which of the counts belongs to it. */
  count?: keyof Counts;
  /** How newest-first lists are asked for instead of by clock. */
  newest?: boolean;
}

const waiting: View = { id: "waiting", title: "等我办理", query: { assigned_to_me: true }, count: "waiting" };
const toSign: View = { id: "to_sign", title: "等我签批", query: { to_sign: true }, count: "to_sign" };
const toCall: View = { id: "to_call", title: "等待回访", query: { to_call: true }, count: "to_call" };
const overdue: View = { id: "overdue", title: "已超时限", query: { overdue: true }, count: "overdue" };
const disputed: View = { id: "disputed", title: "退单待裁定", query: { disputed: true }, count: "disputed" };
const supervised: View = { id: "supervised", title: "督办中", query: { supervised: true }, count: "supervised" };
const paused: View = { id: "paused", title: "暂停计时", query: { paused: true }, count: "paused" };
const red: View = { id: "red", title: "红牌", query: { rung: 100 } };
const done: View = { id: "done", title: "已办结", query: { status: "resolved,closed" }, newest: true };
const all: View = { id: "all", title: "全部", query: {}, newest: true };

/** The views of somebody with these roles and permissions, the most pressing first. */
export function viewsFor(roles: Set<string>, may: (permission: string) => boolean): View[] {
  const has = (...list: string[]) => list.some((r) => roles.has(r));
  const out: View[] = [];
  if (has("street_office", "district_staff", "coordinator", "duty_officer", "unit_clerk", "unit_head", "city_unit", "deputy")) out.push(waiting);
  if (may("report.approve")) out.push(toSign);
  if (may("report.follow-up")) out.push(toCall);
  if (has("coordinator", "district_staff")) out.push(disputed);
  if (!has("screener", "follow_up_caller", "station_manager", "grid_member", "deputy")) out.push(overdue);
  if (has("coordinator", "unit_head", "district_staff", "district_head", "city_supervisor", "city_leader")) out.push(red);
  if (has("district_staff", "district_head", "unit_head", "city_supervisor", "city_leader")) out.push(supervised);
  if (has("street_office", "district_staff")) out.push(paused);
  if (may("report.follow-up")) out.push(done);
  out.push(all);
  return out;
}

/** The letter that stands for an action, the same in the list and on the page. */
export const letters: Record<string, string> = {
  admit: "a", dispatch: "d", take: "t", contact: "c", reply: "p", approve: "s", refuse: "f", confirm: "y", reject: "x", merge: "m", comment: "i", "follow-up": "v", publish: "u",
  redact: "z", verify: "e", return: "b", extend: "h", "decide-return": "w", supervise: "l",
};

/** Actions that may be done to many reports at once: they need no words of their own. */
export const batchActions: { action: string; title: string; permission: string }[] = [
  { action: "admit", title: "受理", permission: "report.admit" },
  { action: "take", title: "签收", permission: "report.take" },
  { action: "approve", title: "签批同意", permission: "report.approve" },
  { action: "publish", title: "公开", permission: "report.publish" },
];

export interface Filters {
  status: string[];
  category: string;
  division: string;
  q: string;
}

export const noFilters = (): Filters => ({ status: [], category: "", division: "", q: "" });

/** Filters as they stand in the address. */
export function fromAddress(query: Record<string, unknown>): Filters {
  const text = (v: unknown) => (typeof v === "string" ? v : "");
  return { status: text(query.status).split(",").filter(Boolean), category: text(query.category), division: text(query.division), q: text(query.q) };
}

export function toAddress(view: string, f: Filters): Record<string, string> {
  const out: Record<string, string> = { view };
  if (f.status.length) out.status = f.status.join(",");
  if (f.category) out.category = f.category;
  if (f.division) out.division = f.division;
  if (f.q.trim()) out.q = f.q.trim();
  return out;
}

/** What the API is asked for a view under filters; a filter on the state replaces the view's own. */
export function toQuery(view: View, f: Filters): Query {
  const q: Query = { ...view.query };
  if (f.status.length) q.status = f.status.join(",");
  if (f.category) q.category = f.category;
  if (f.division) q.division_code = f.division;
  if (f.q.trim()) q.q = f.q.trim();
  if (!view.newest) q.sort = "due";
  return q;
}

export const columns: { id: string; title: string; always?: boolean; usual?: boolean }[] = [
  { id: "number", title: "编号", usual: true },
  { id: "title", title: "事项", always: true },
  { id: "division", title: "区划", usual: true },
  { id: "state", title: "状态", always: true },
  { id: "owner", title: "现由谁负责", usual: true },
  { id: "due", title: "时限", usual: true },
  { id: "promised", title: "答应群众的时间" },
  { id: "created", title: "提交时间", usual: true },
  { id: "updated", title: "最近变化" },
];
