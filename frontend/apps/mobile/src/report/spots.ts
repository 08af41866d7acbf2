import type { Schema } from "@huying/api";
import { say } from "@huying/i18n";
import type { Spot } from "@huying/ui";
import type { Ground } from "../place/ground";

/** One spot for each community, or street, that has something public; what lies nowhere known has none. */
export function spotsOf(items: Pick<Schema<"ReportItem">, "division_code" | "division_name">[], on: Pick<Ground, "centreOf">): Spot[] {
  const spots = new Map<string, Spot>();
  for (const r of items) {
    const position = on.centreOf(r.division_code);
    if (!position) continue;
    const key = r.division_code.slice(0, 12);
    const spot = spots.get(key) ?? { key, label: "", position, count: 0 };
    spot.count = (spot.count ?? 0) + 1;
    spot.label = say("{0}，{1}件", [r.division_name, spot.count]);
    spots.set(key, spot);
  }
  return [...spots.values()];
}
