import { fromGcj02, toGcj02, type Point } from "./index";

/** A base map as the installation configures it. */
export interface Tiles {
  /** With {z}, {x} and {y}. */
  url: string;
  coordinates: "wgs84" | "gcj02";
  attribution?: string;
  max_zoom: number;
}

/** Where a WGS-84 point is drawn on the base map. A schematic is WGS-84 itself. */
export function onMap(p: Point, tiles: Tiles | undefined): Point {
  return tiles?.coordinates === "gcj02" ? toGcj02(p) : { lat: p.lat, lng: p.lng };
}

/** The WGS-84 point of one picked on the base map, to a tenth of a metre. */
export function fromMap(p: Point, tiles: Tiles | undefined): Point {
  const wgs = tiles?.coordinates === "gcj02" ? fromGcj02(p) : p;
  return { lat: Number(wgs.lat.toFixed(6)), lng: Number(wgs.lng.toFixed(6)) };
}
