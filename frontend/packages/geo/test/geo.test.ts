import { describe, expect, it } from "vitest";
import { distance, distanceText, fromGcj02, toGcj02 } from "../src/index";

describe("GCJ-02", () => {
  // Published pairs of the public conversion: a point in Qingdao and Tiananmen.
  it.each([
    ["Qingdao", { lat: 36.0671, lng: 120.3826 }],
    ["Beijing", { lat: 39.90887, lng: 116.39739 }],
  ])("moves a point in %s by some hundred metres and back again", (_name, wgs) => {
    const gcj = toGcj02(wgs);
    const moved = distance(wgs, gcj);
    expect(moved).toBeGreaterThan(200);
    expect(moved).toBeLessThan(900);
    expect(distance(wgs, fromGcj02(gcj))).toBeLessThan(0.5);
  });

  it("knows Tiananmen on a Chinese map", () => {
    const gcj = toGcj02({ lat: 39.90733, lng: 116.391231 });
    expect(gcj.lat).toBeCloseTo(39.908734, 3);
    expect(gcj.lng).toBeCloseTo(116.397474, 3);
  });

  it("leaves points outside China where they are", () => {
    const tokyo = { lat: 35.681236, lng: 139.767125 };
    expect(distance(tokyo, toGcj02(tokyo))).toBeLessThan(0.01);
  });
});

describe("distance", () => {
  it("is a degree of latitude long", () => {
    expect(distance({ lat: 36, lng: 120 }, { lat: 37, lng: 120 })).toBeCloseTo(111_195, -2);
  });
  it.each([
    [3, "约10米"],
    [154, "约150米"],
    [2345, "约2.3公里"],
  ])("says %d m as %s", (metres, text) => expect(distanceText(metres)).toBe(text));
});
