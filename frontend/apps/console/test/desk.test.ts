// @vitest-environment jsdom
import { beforeEach, describe, expect, it } from "vitest";
import { grantable } from "../src/admin/roles";
import { changes, contrastOnWhite, isSpan, type Settings } from "../src/admin/settings";
import { address } from "../src/core/http";
import { fromField, remaining, toField, used } from "../src/core/time";
import { spanWords } from "../src/core/words";
import { lines } from "../src/report/particulars";
import { boxAround, distance, offset } from "../src/report/plan";
import { pieces } from "../src/screen/pieces";
import { idleAt } from "../src/session/idle";
import { menu } from "../src/shell/nav";
import { emptyDesk, fromBrowser, savedFilters, shownColumns, withColumns, withFilter, withoutFilter, withoutPhrase, withPhrase } from "../src/work/desk";
import { keepQueue, neighbour, queue } from "../src/work/kept";
import { fromAddress, noFilters, toAddress, toQuery, viewsFor } from "../src/work/views";

beforeEach(() => {
  localStorage.clear();
  sessionStorage.clear();
});

describe("times", () => {
  it("go through a field and back, in Qingdao's time", () => {
    expect(toField("2026-11-27T01:30:00Z")).toBe("2026-11-27T09:30");
    expect(fromField("2026-11-27T09:30")).toBe("2026-11-27T01:30:00.000Z");
    expect(fromField("明天")).toBeUndefined();
  });
  it("say how long is left in one unit", () => {
    const now = Date.parse("2026-11-27T00:00:00Z");
    expect(remaining("2026-11-27T00:20:00Z", now)).toEqual({ text: "剩20分钟", late: false, soon: true });
    expect(remaining("2026-11-26T21:00:00Z", now)).toMatchObject({ text: "超3小时", late: true });
    expect(remaining("2026-12-01T00:00:00Z", now)).toMatchObject({ text: "剩4天", soon: false });
  });
  it("count a clock in per cent", () => expect(used("2026-11-27T00:00:00Z", "2026-11-27T10:00:00Z", Date.parse("2026-11-27T15:00:00Z"))).toBe(150));
});

describe("the worklist", () => {
  const may = (...p: string[]) => (x: string) => p.includes(x);
  it("shows each role what waits for it first", () => {
    expect(viewsFor(new Set(["street_office"]), may("report.approve"))[0]!.id).toBe("waiting");
    expect(viewsFor(new Set(["district_head"]), may("report.approve"))[0]!.id).toBe("to_sign");
    expect(viewsFor(new Set(["follow_up_caller"]), may("report.follow-up"))[0]!.id).toBe("to_call");
    expect(viewsFor(new Set(["screener"]), may()).map((v) => v.id)).toEqual(["all"]);
  });
  it("keeps filters in the address", () => {
    const f = { status: ["open", "handling"], category: "road", division: "370202001", q: " 井盖 " };
    expect(fromAddress(toAddress("all", f))).toEqual({ ...f, q: "井盖" });
    expect(toAddress("all", noFilters())).toEqual({ view: "all" });
  });
  it("asks by clock, and newest first only where that is the point", () => {
    const [waiting] = viewsFor(new Set(["street_office"]), may());
    expect(toQuery(waiting!, noFilters())).toEqual({ assigned_to_me: true, sort: "due" });
    const all = viewsFor(new Set(["street_office"]), may()).at(-1)!;
    expect(toQuery(all, { ...noFilters(), q: "灯" })).toEqual({ q: "灯" });
  });
  it("leaves empty filters out of the question", () => expect(address("/reports", { q: "", overdue: false, limit: 30 })).toBe("/api/v1/reports?limit=30"));
  it("keeps a filter by its name, as it stands in the address", () => {
    const f = { status: ["open"], category: "road", division: "", q: "" };
    let a = withFilter(emptyDesk(), { name: "急", view: "waiting", filters: noFilters() });
    a = withFilter(a, { name: "急", view: "all", filters: f });
    expect(a.filters).toEqual([{ name: "急", view: "all", query: { status: "open", category: "road" } }]);
    expect(savedFilters(a)).toEqual([{ name: "急", view: "all", filters: f }]);
    expect(withoutFilter(a, "急").filters).toEqual([]);
  });
  it("always shows the title and the state", () => {
    expect(shownColumns(emptyDesk())).toContain("due");
    expect(shownColumns(withColumns(emptyDesk(), ["number"]))).toEqual(["number", "title", "state"]);
  });
  it("keeps the newest phrase first, each once", () => {
    let a = withPhrase(withPhrase(emptyDesk(), "reply.content", "一"), "reply.content", "二");
    a = withPhrase(a, "reply.content", "一");
    expect(a.phrases).toEqual({ "reply.content": ["一", "二"] });
    expect(withoutPhrase(withoutPhrase(a, "reply.content", "一"), "reply.content", "二").phrases).toEqual({});
  });
  it("takes over what an earlier version left in the browser, of this person only", () => {
    localStorage.setItem("huying.console.filters.p1", JSON.stringify([{ name: "急", view: "all", filters: { ...noFilters(), category: "road" } }]));
    localStorage.setItem("huying.console.phrases.p1.reply.content", JSON.stringify(["已处理"]));
    localStorage.setItem("huying.console.columns.p2", JSON.stringify(["number"]));
    expect(fromBrowser("p1", localStorage)).toEqual({ filters: [{ name: "急", view: "all", query: { category: "road" } }], columns: [], phrases: { "reply.content": ["已处理"] }, version: 0 });
    expect(fromBrowser("p3", localStorage)).toBeNull();
  });
  it("walks to the neighbour", () => {
    keepQueue({ ids: ["a", "b", "c"], back: "/work?view=all" });
    expect(neighbour(queue().ids, "b", 1)).toBe("c");
    expect(neighbour(queue().ids, "c", 1)).toBeUndefined();
    expect(neighbour(queue().ids, "x", 1)).toBeUndefined();
  });
});

describe("the session", () => {
  it("tells two minutes before it ends, and ends after thirty", () => {
    const m = 60_000;
    expect(idleAt(0, 27 * m)).toEqual({ over: false, warn: 0 });
    expect(idleAt(0, 28 * m)).toEqual({ over: false, warn: 120 });
    expect(idleAt(0, 30 * m)).toEqual({ over: true, warn: 0 });
  });
});

describe("menus and roles", () => {
  it("show a page to whoever holds its permission", () => {
    expect(menu((p) => p === "audit.list").flatMap((g) => g.entries.map((e) => e.to))).toEqual(["/audit"]);
    expect(menu(() => false)).toEqual([]);
  });
  it("let a unit's head appoint clerks, and nothing else", () => expect(grantable(["unit_head"]).map((r) => r.id)).toEqual(["unit_clerk"]));
});

describe("words", () => {
  it("of spans", () => {
    expect(spanWords("4wh")).toBe("4个工作小时");
    expect(spanWords("?")).toBe("?");
    expect(isSpan("3wd") && !isSpan("3w") && !isSpan("0h")).toBe(true);
  });
  it("of a proposal show what is signed, not its ids", () => {
    expect(lines("reply", { result: "solved", content: "已修复", upload_ids: ["a", "b"], version: 3 })).toEqual([["办理结果", "已解决"], ["内容", "已修复"], ["照片", "2 张"]]);
    expect(lines("return", { proposed_unit_id: "019a281d-4c00-7000-80be-f41675ab0f74" }, { "019a281d-4c00-7000-80be-f41675ab0f74": "供热公司" })).toEqual([["应由谁办理", "供热公司"]]);
  });
  it("of a change of settings name what was and what will be", () => {
    const s = { version: 1, clocks: {}, minimum_sample: 10, basically_satisfied: 90, rate_weights: { response: 10, resolution: 50, satisfaction: 40 }, office_hours: [], public_phone: "", crowd_people: 10, crowd_hours: 72 } as unknown as Settings;
    expect(changes(s, s)).toEqual([]);
    expect(changes(s, { ...s, clocks: { admit: "2wh" }, crowd_people: 5 })).toEqual(["受理：4个工作小时 → 2个工作小时", "集中反映人数：10 → 5"]);
    expect(changes(s, { ...s, clocks: { admit: "4wh" } })).toEqual([]);
  });
  it("of a change of the look name what differs", () => {
    const s = {
      version: 1, clocks: {}, rate_weights: { response: 10, resolution: 50, satisfaction: 40 }, office_hours: [],
      brand: { name: "市南人大随手拍", color: "#b3261e" }, modules: ["report", "deputy", "station"], categories: {}, local_days: [], sms_off: [],
    } as unknown as Settings;
    const after = {
      ...s, brand: { name: "导航进站", color: "#b3261e", logo: "AAAAAAAAAAAA" }, modules: ["report"], categories: { noise: { off: true }, road: { verify_first: false } },
      local_days: [{ day: "2026-12-01", working: false, name: "台风停工" }], sms_off: ["report_taken"],
    } as unknown as Settings;
    expect(changes(s, after)).toEqual([
      "名称：市南人大随手拍 → 导航进站", "标志：没有 → 图片（AAAAAAAA）", "开放的功能：随手拍、找代表、联络站 → 随手拍", "类别 noise：默认 → 不开放", "类别 road：默认 → 直接转办",
      "增加 2026-12-01 放假（台风停工）", "report_taken 不再发短信",
    ]);
  });
  it("on a pale colour cannot be read", () => {
    expect(contrastOnWhite("#ffdd00")).toBeLessThan(4.5);
    expect(contrastOnWhite("#b3261e")).toBeGreaterThan(4.5);
    expect(contrastOnWhite("red")).toBe(1);
  });
  it("that hit are cut out by code points", () => {
    expect(pieces("😀张三打人", [{ name: "人名", start: 1, length: 2 }])).toEqual([{ text: "😀", hit: "" }, { text: "张三", hit: "人名" }, { text: "打人", hit: "" }]);
  });
});

describe("the plan", () => {
  const here = { lat: 36, lng: 120 };
  it("measures in metres", () => {
    expect(Math.round(offset(here, { lat: 36.001, lng: 120 }).north)).toBe(111);
    expect(Math.round(distance(here, { lat: 36, lng: 120.001 }))).toBe(90);
  });
  it("asks for the box around", () => {
    const [w, s, e, n] = boxAround(here, 500).split(",").map(Number);
    expect(w! < 120 && e! > 120 && s! < 36 && n! > 36).toBe(true);
    expect(Math.round(distance(here, { lat: n!, lng: 120 }))).toBe(500);
  });
});
