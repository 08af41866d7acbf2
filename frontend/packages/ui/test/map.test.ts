import { describe, expect, it } from "vitest";
import { heap, type Spot } from "../src/map/marks";

const spot = (key: string, lat: number, count: number): Spot => ({ key, label: key, position: { lat, lng: 0 }, count });
const place = (p: { lat: number; lng: number }) => ({ x: p.lng, y: p.lat });

describe("spots on a map", () => {
  it("that would cover each other are one, with their sum, where the largest lies", () => {
    const heaps = heap([spot("a", 0, 1), spot("b", 20, 5), spot("c", 200, 2)], place, 44);
    expect(heaps.map((h) => [h.key, h.count, h.of.length])).toEqual([
      ["b", 6, 2],
      ["c", 2, 1],
    ]);
  });
  it("that lie apart stay as they are", () => expect(heap([spot("a", 0, 1), spot("b", 44, 1)], place, 44)).toHaveLength(2));
});
