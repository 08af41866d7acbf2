import type { Point } from "@huying/geo";

/** A name that orients: a street in the large, a community or place in the small. */
export interface Landmark {
  name: string;
  level: "street" | "community" | "place";
  position: Point;
}

/** Something on the map that can be pressed. */
export interface Spot {
  key: string;
  /** What a screen reader says, and a mouse shows. */
  label: string;
  position: Point;
  count?: number;
}

/** Spots that would cover each other, as one: their sum stands where the first of them does. */
export interface Heap extends Spot {
  of: Spot[];
}

/** Heaps up spots that lie closer than a finger is wide, the larger ones first. */
export function heap(spots: readonly Spot[], place: (p: Point) => { x: number; y: number }, apart: number): Heap[] {
  const heaps: (Heap & { x: number; y: number })[] = [];
  for (const spot of [...spots].sort((a, b) => (b.count ?? 1) - (a.count ?? 1))) {
    const { x, y } = place(spot.position);
    const under = heaps.find((h) => Math.hypot(h.x - x, h.y - y) < apart);
    if (under) {
      under.of.push(spot);
      under.count = (under.count ?? 1) + (spot.count ?? 1);
    } else heaps.push({ ...spot, of: [spot], x, y });
  }
  return heaps;
}

/** An element with text, never markup: names come from people. */
export function mark(tag: string, text = "", spoken?: string): HTMLElement {
  const made = document.createElement(tag);
  made.textContent = text;
  if (spoken) made.setAttribute("aria-hidden", "true");
  return made;
}
