import { describe, expect, it } from "vitest";
import { countOf, fate } from "../src/report/doing";

const event = (action: string, by?: string) => ({ action, by, at: "2026-03-01T00:00:00Z", round: 1, state: "accepted", state_name: "已接单", title: action });
const report = (timeline: ReturnType<typeof event>[], allowed: string[], version = 7) => ({
  timeline, version, state_name: "已核实", allowed_actions: allowed.map((action) => ({ action, title: action, needs: [] })),
});

describe("an action that waited on the phone", () => {
  const doing = { action: "verify", seen: 0 };

  it("goes out under the version the report has now", () => {
    expect(fate(doing, report([event("accept", "王代表")], ["verify"], 9), "王代表")).toEqual({ send: true, version: 9 });
  });
  it("is done when only the answer was lost", () => {
    expect(fate(doing, report([event("verify", "王代表")], []), "王代表")).toMatchObject({ send: false, done: true });
  });
  it("is not sent over what somebody else did meanwhile, and says who", () => {
    const moved = fate(doing, report([event("verify", "香港中路街道人大工委")], []), "王代表");
    expect(moved).toMatchObject({ send: false, done: false });
    expect(moved.send ? "" : moved.text).toContain("香港中路街道人大工委");
  });
  it("is not taken for the same action of an earlier round", () => {
    const again = { action: "verify", seen: 1 };
    expect(fate(again, report([event("verify", "王代表")], ["verify"]), "王代表")).toMatchObject({ send: true });
    expect(fate(again, report([event("verify", "王代表")], []), "王代表")).toMatchObject({ send: false, done: false });
  });
  it("counts an action of the history", () => {
    expect(countOf(report([event("verify"), event("ask"), event("verify")], []), "verify")).toBe(2);
  });
});
