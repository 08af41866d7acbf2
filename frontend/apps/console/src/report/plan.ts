/** A plan of the neighbourhood without a map: metres east and north of the report, drawn to scale. */

export interface Point {
  lat: number;
  lng: number;
}

const metresPerDegree = 111_320;

/** Metres east and north of the centre. */
export function offset(centre: Point, p: Point): { east: number; north: number } {
  return {
    east: (p.lng - centre.lng) * metresPerDegree * Math.cos((centre.lat * Math.PI) / 180),
    north: (p.lat - centre.lat) * metresPerDegree,
  };
}

/** The box of `metres` around a point, as the API's bbox. */
export function boxAround(p: Point, metres: number): string {
  const dLat = metres / metresPerDegree;
  const dLng = dLat / Math.cos((p.lat * Math.PI) / 180);
  return [p.lng - dLng, p.lat - dLat, p.lng + dLng, p.lat + dLat].map((n) => n.toFixed(6)).join(",");
}

export const distance = (a: Point, b: Point): number => Math.hypot(offset(a, b).east, offset(a, b).north);
