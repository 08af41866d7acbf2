import { describe, expect, it } from "vitest";
import { groundOf } from "../src/place/ground";
import { spotsOf } from "../src/report/spots";

const on = groundOf({
  divisions: [
    { code: "370202001", name: "香港中路街道", level: "street", position: { lat: 36.06, lng: 120.39 } },
    { code: "370202001001", name: "云霄路社区", level: "community", position: { lat: 36.07, lng: 120.38 } },
  ],
});
const item = (division_code: string, division_name: string) => ({ division_code, division_name });

describe("the neighbours' reports on a map", () => {
  it("are one spot for each community, with how many there are", () => {
    const spots = spotsOf([item("370202001001", "云霄路社区"), item("370202001001", "云霄路社区"), item("370202001004", "江西路社区")], on);
    expect(spots.map((s) => [s.key, s.count, s.position.lat])).toEqual([
      ["370202001001", 2, 36.07],
      ["370202001004", 1, 36.06],
    ]);
    expect(spots[0]!.label).toContain("云霄路社区");
  });
  it("leave out what lies nowhere known", () => {
    expect(spotsOf([item("370202999001", "无")], on)).toEqual([]);
    expect(on.centreOf(undefined)).toBeUndefined();
  });
});
