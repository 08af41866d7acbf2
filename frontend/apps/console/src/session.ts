import { Session } from "@huying/session";
import { ref } from "vue";

/** The tenant the desk speaks about; the person's own until another is chosen. */
export const tenant = ref<string>();

export const session = new Session({ tenant: () => tenant.value });
