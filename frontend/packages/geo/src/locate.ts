import type { Point } from "./index";

/** A position with where it is known from. */
export interface Fix extends Point {
  accuracy_m?: number;
  source: "device" | "exif" | "map";
}

/** Where this device is; undefined when it does not know, may not say, or takes too long. Never an error. */
export function devicePosition(timeoutMs = 8000): Promise<Fix | undefined> {
  return new Promise((done) => {
    if (!("geolocation" in navigator)) return done(undefined);
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => done({ lat: coords.latitude, lng: coords.longitude, accuracy_m: Math.round(coords.accuracy), source: "device" }),
      () => done(undefined),
      { enableHighAccuracy: true, timeout: timeoutMs, maximumAge: 30_000 },
    );
  });
}

/** Where an untouched original was taken, by its own EXIF; undefined when it does not say. */
export async function photoPosition(original: Blob): Promise<Fix | undefined> {
  try {
    const { gps } = await import("exifr/dist/lite.esm.mjs");
    const found = await gps(original);
    if (!found || !Number.isFinite(found.latitude) || !Number.isFinite(found.longitude)) return undefined;
    if (found.latitude === 0 && found.longitude === 0) return undefined;
    return { lat: found.latitude, lng: found.longitude, source: "exif" };
  } catch {
    return undefined;
  }
}
