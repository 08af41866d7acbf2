import type { Schema } from "@huying/api";
import type { Point, Tiles } from "@huying/geo";
import type { Landmark } from "@huying/ui";

/** What a tenant's map is drawn from. */
export interface Ground {
  tiles?: Tiles;
  landmarks: Landmark[];
  /** Where a division roughly lies. */
  centreOf(code: string | undefined): Point | undefined;
}

/** Makes the ground of what the server says; a community without a place of its own lies where its street does. */
export function groundOf(view: Schema<"DivisionMapView">): Ground {
  const centres = new Map(view.divisions.map((d) => [d.code, d.position]));
  return {
    tiles: view.tiles,
    landmarks: view.divisions.map((d) => ({ name: d.name, level: d.level === "street" ? "street" : "community", position: d.position })),
    centreOf: (code) => (code ? (centres.get(code.slice(0, 12)) ?? centres.get(code.slice(0, 9))) : undefined),
  };
}
