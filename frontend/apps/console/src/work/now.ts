/** The time that due times are measured against, moving on every half minute. */
import { ref } from "vue";

export const now = ref(Date.now());
setInterval(() => (now.value = Date.now()), 30_000);
