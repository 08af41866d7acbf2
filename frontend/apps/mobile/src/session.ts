import { Session } from "@huying/session";
import { ref } from "vue";

/** The tenant of the address: /m/{tenant}/… */
export const tenant = ref<string>();

export const session = new Session({ tenant: () => tenant.value });
