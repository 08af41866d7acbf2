import { describe, expect, it } from "vitest";
import { distance, fromMap, onMap, type Tiles } from "../src/index";

const tiles = (coordinates: Tiles["coordinates"]): Tiles => ({ url: "https://tiles.example/{z}/{x}/{y}.png", coordinates, max_zoom: 18 });
const here = { lat: 36.0671, lng: 120.3826 };

describe("a pin on a base map", () => {
  it("stands where the ground is on tiles in GCJ-02, and comes back as WGS-84", () => {
    const drawn = onMap(here, tiles("gcj02"));
    expect(distance(here, drawn)).toBeGreaterThan(200);
    expect(distance(here, fromMap(drawn, tiles("gcj02")))).toBeLessThan(0.5);
  });
  it("is not moved on tiles in WGS-84, nor on a schematic", () => {
    expect(onMap(here, tiles("wgs84"))).toEqual(here);
    expect(onMap(here, undefined)).toEqual(here);
    expect(fromMap(here, undefined)).toEqual(here);
  });
});
