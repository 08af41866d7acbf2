import { describe, expect, it } from "vitest";
import { against, change, daysOf, lastDays, lasted, percent } from "../src/oversight/board";

describe("the board's figures in words", () => {
  it("a change is told against the period before, and nothing is divided by zero", () => {
    expect(change(12, 10)).toBe("增20%");
    expect(change(5, 10)).toBe("减50%");
    expect(change(10, 10)).toBe("持平");
    expect(change(0, 0)).toBe("持平");
    expect(change(3, 0)).toBe("上期没有");
    expect(against(3, 0)).toBe("上期没有");
    expect(against(12, 10)).toBe("比上期增20%");
  });

  it("too few to compare is no number", () => {
    expect(percent({ part: 4, whole: 5, too_few: true })).toBe("样本太少");
    expect(percent({ part: 9, whole: 10, too_few: false, percent: 90 })).toBe("90%");
    expect(percent(undefined)).toBe("–");
    expect(lasted(undefined)).toBe("样本太少");
    expect(lasted(5.04)).toBe("5小时");
    expect(lasted(120)).toBe("5天");
  });

  it("days are Qingdao's: late in the evening of Greenwich it is tomorrow there", () => {
    expect(lastDays(7, Date.UTC(2026, 10, 27, 16, 30))).toEqual({ from: "2026-11-22", to: "2026-11-28" });
    expect(daysOf({ from: "2026-11-22", to: "2026-11-28" })).toBe(7);
    expect(daysOf({})).toBe(30);
  });
});
