import { say } from "@huying/i18n";
import gcoord from "gcoord";

/** A position on the earth as the API speaks of it: WGS-84, degrees. */
export interface Point {
  lat: number;
  lng: number;
}

/** Where to draw a WGS-84 point on a base map in GCJ-02, the system of Chinese maps. */
export function toGcj02(p: Point): Point {
  const [lng, lat] = gcoord.transform([p.lng, p.lat], gcoord.WGS84, gcoord.GCJ02);
  return { lat, lng };
}

/** The WGS-84 point of one picked on a base map in GCJ-02. */
export function fromGcj02(p: Point): Point {
  const [lng, lat] = gcoord.transform([p.lng, p.lat], gcoord.GCJ02, gcoord.WGS84);
  return { lat, lng };
}

const EARTH_M = 6_371_008.8;

/** Metres between two points along the surface. */
export function distance(a: Point, b: Point): number {
  const rad = Math.PI / 180;
  const dLat = (b.lat - a.lat) * rad;
  const dLng = (b.lng - a.lng) * rad;
  const h = Math.sin(dLat / 2) ** 2 + Math.cos(a.lat * rad) * Math.cos(b.lat * rad) * Math.sin(dLng / 2) ** 2;
  return 2 * EARTH_M * Math.asin(Math.min(1, Math.sqrt(h)));
}

/** A distance in words. */
export function distanceText(metres: number): string {
  return metres < 1000 ? say("约{0}米", [Math.max(10, Math.round(metres / 10) * 10)]) : say("约{0}公里", [(metres / 1000).toFixed(1)]);
}

export { devicePosition, photoPosition, type Fix } from "./locate";
export { fromMap, onMap, type Tiles } from "./tiles";
