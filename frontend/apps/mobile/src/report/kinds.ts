import type { Schema } from "@huying/api";
import { locale, say } from "@huying/i18n";

/** The plain words every installation begins with, by code. */
const words: Record<string, string> = {
  road: say("路面破损"),
  manhole: say("井盖"),
  streetlight: say("路灯"),
  garbage: say("垃圾"),
  parking: say("乱停车"),
  noise: say("噪声"),
  illegal_building: say("违建"),
  greening: say("绿化"),
  utilities: say("水电气暖"),
  property: say("物业"),
  fire_lane: say("消防通道"),
  other: say("其他"),
};

/** What a kind is called: in the first language as the tenant says it. */
export function kindName(c: Pick<Schema<"DivisionCategoryView">, "code" | "name">): string {
  if (c.code === "other") return say("其他、说不清");
  return locale.value === "en" ? (words[c.code] ?? c.name) : c.name;
}
