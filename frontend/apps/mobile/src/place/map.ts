import { unwrap, type Schema } from "@huying/api";
import type { Point } from "@huying/geo";
import { defineAsyncComponent } from "vue";
import { session, tenant } from "../session";
import { groundOf, type Ground } from "./ground";

export type { Ground };

/** The map is loaded when somebody looks at one. */
export const MapView = defineAsyncComponent(() => import("@huying/ui/map"));

const read = new Map<string, Promise<Ground>>();

/** The ground of the present tenant, read once. */
export function ground(): Promise<Ground> {
  const code = tenant.value ?? "";
  let asked = read.get(code);
  if (!asked) {
    asked = unwrap(session.visitor.GET("/api/v1/map")).then(groundOf);
    asked.catch(() => read.delete(code));
    read.set(code, asked);
  }
  return asked;
}

/** The compounds, roads and parks nearest to a point. */
export async function nearest(at: Point, limit: number): Promise<Schema<"DivisionPlaceView">[]> {
  const query = { lat: String(at.lat), lng: String(at.lng), limit };
  return (await unwrap(session.visitor.GET("/api/v1/places", { params: { query } }))).items;
}
