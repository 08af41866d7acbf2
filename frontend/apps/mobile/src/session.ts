import { unwrap, type Schema } from "@huying/api";
import { say } from "@huying/i18n";
import { Session } from "@huying/session";
import { setBrandColor } from "@huying/ui";
import { computed, ref, watch } from "vue";

export type Tenant = Schema<"DivisionTenantView">;

/** The tenant of the address: /m/{tenant}/… */
export const tenant = ref<string>();
export const tenants = ref<Tenant[]>([]);
export const current = computed(() => tenants.value.find((t) => t.code === tenant.value));

/** Why the person should sign in now; undefined while nobody asks. */
export const signInReason = ref<string>();
let answer: ((signedIn: boolean) => void) | undefined;

export const session = new Session({
  tenant: () => tenant.value,
  keepMe: true,
  onEnded: () => void askSignIn(say("登录已过期，请重新登录。您写的内容都还在。")),
});

/** Opens the sign-in sheet and says whether the person signed in. */
export function askSignIn(reason: string): Promise<boolean> {
  if (session.signedIn.value) return Promise.resolve(true);
  answer?.(false);
  signInReason.value = reason;
  return new Promise((done) => (answer = done));
}

/** Closes the sign-in sheet. */
export function endSignIn(signedIn: boolean): void {
  signInReason.value = undefined;
  answer?.(signedIn);
  answer = undefined;
}

/** Demo mode says so on every page; what helps visitors of a demo shows there alone. */
export const demo = document.querySelector(".demo-notice") !== null;

/** Whether the person is a deputy in the present tenant. */
export const isDeputy = computed(() => session.me.value?.grants.some((g) => g.role === "deputy" && g.tenant === tenant.value) ?? false);
/** Whether the person works on reports here as something else than a deputy. */
export const isStaff = computed(() => session.me.value?.grants.some((g) => g.role !== "deputy" && g.tenant === tenant.value) ?? false);

export async function loadTenants(): Promise<void> {
  if (tenants.value.length === 0) tenants.value = (await unwrap(session.visitor.GET("/api/v1/tenants"))).items;
}

const LAST = "huying.tenant";

/** The tenant of the last visit. */
export function lastTenant(): string | undefined {
  try {
    return localStorage.getItem(LAST) ?? undefined;
  } catch {
    return undefined;
  }
}

watch(tenant, (code) => {
  if (!code) return;
  try {
    localStorage.setItem(LAST, code);
  } catch {
    // Without storage the visitor chooses again.
  }
  let link = document.querySelector<HTMLLinkElement>('link[rel="manifest"]');
  if (!link) {
    link = document.createElement("link");
    link.rel = "manifest";
    document.head.append(link);
  }
  link.href = `/m/${code}/manifest.webmanifest`;
  if (session.signedIn.value) void session.loadMe().catch(() => undefined);
});
watch(current, (t) => setBrandColor(t?.colors.primary));
