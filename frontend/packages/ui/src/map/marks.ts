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

/** An element with text, never markup: names come from people. */
export function mark(tag: string, text = "", spoken?: string): HTMLElement {
  const made = document.createElement(tag);
  made.textContent = text;
  if (spoken) made.setAttribute("aria-hidden", "true");
  return made;
}
