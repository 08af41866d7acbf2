import type { Hint } from "@huying/session";
import { ref } from "vue";

/** The last hint that came; pages watch it and ask again for what they show. */
export const hints = ref<Hint & { seen: number }>();
/** Unread notices of this person. */
export const unread = ref(0);
