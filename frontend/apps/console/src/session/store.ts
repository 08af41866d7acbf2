/** Who sits at this desk. The refresh token stays in its cookie, the access token in memory only. */
import { computed, reactive } from "vue";
import { Fault, get, post, useCredentials, type Schemas } from "../core/http";

export type Me = Schemas["IdentityMeView"];
type Token = Schemas["IdentityTokenView"];

/** starting: not known yet · out: nobody · in: somebody · again: somebody whose session ended while the page stands open */
export type State = "starting" | "out" | "in" | "again";

export const session = reactive({
  state: "starting" as State,
  me: null as Me | null,
  tenant: "",
  /** Why the person has to sign in again. */
  why: "",
  /** The second factor is asked for. */
  proving: false,
});

let access = "";
let renewing: Promise<boolean> | null = null;
let signedIn: ((ok: boolean) => void)[] = [];
let proven: ((ok: boolean) => void)[] = [];

export const permissions = computed(() => new Set(session.me?.permissions ?? []));
export const may = (permission: string) => permissions.value.has(permission);
export const roles = computed(() => new Set((session.me?.grants ?? []).filter((g) => g.tenant === session.tenant).map((g) => g.role)));
export const is = (...wanted: string[]) => wanted.some((r) => roles.value.has(r));
/** Tenants in which this person works. */
export const tenants = computed(() => [...new Set((session.me?.grants ?? []).map((g) => g.tenant))]);
export const mustChange = computed(() => !!session.me?.must_change_password);

export function accessHeaders(): Record<string, string> {
  const headers: Record<string, string> = {};
  if (access) headers.Authorization = `Bearer ${access}`;
  if (session.tenant) headers["X-Tenant"] = session.tenant;
  return headers;
}

useCredentials({
  headers: accessHeaders,
  async renew() {
    if (await refresh()) return true;
    if (session.state === "in") {
      session.state = "again";
      session.why ||= "登录已到期";
    }
    if (session.state !== "again") return false;
    return new Promise<boolean>((resolve) => signedIn.push(resolve));
  },
  prove() {
    session.proving = true;
    return new Promise<boolean>((resolve) => proven.push(resolve));
  },
});

/** Looks whether the cookie of an earlier visit still serves. */
export async function start(): Promise<void> {
  session.tenant = remembered();
  try {
    if (await refresh()) {
      await look();
      return;
    }
  } catch {
    // The server is away or the account is no more: the sign-in page says which.
  }
  session.state = "out";
}

/** A flag that the cookie was set, shared with the phone app; scripts cannot see the cookie itself. */
const keptKey = "huying.session";

function refresh(): Promise<boolean> {
  renewing ??= renew().finally(() => (renewing = null));
  return renewing;
}

/** A refresh token works once: tabs of one browser must take turns, or the second one looks like a thief. */
async function renew(): Promise<boolean> {
  if (!localStorage.getItem(keptKey)) return false;
  const ask = async () => {
    try {
      access = (await post<Token>("/auth/refresh", {}, { open: true })).access_token;
      return true;
    } catch (e) {
      if (e instanceof Fault && e.problem.status !== 401) throw e;
      localStorage.removeItem(keptKey);
      return false;
    }
  };
  return "locks" in navigator ? navigator.locks.request("huying.refresh", ask) : ask();
}

/** Reads who this is, and settles the tenant they work in. */
export async function look(): Promise<void> {
  let me = await get<Me>("/me");
  const own = [...new Set(me.grants.map((g) => g.tenant))];
  if (own.length > 0 && !own.includes(session.tenant)) {
    session.tenant = own[0]!;
    me = await get<Me>("/me");
  }
  session.me = me;
  session.state = "in";
  remember(session.tenant);
}

/** Signs in. Somebody else than before gets a fresh desk. Fails with Fault: credentials_wrong, totp_needed, sign_in_locked. */
export async function signIn(username: string, password: string, totp: string): Promise<void> {
  const before = session.me?.id;
  const token = await post<Token>("/auth/sessions", { username, password, totp: totp || undefined, cookie: true }, { open: true });
  access = token.access_token;
  localStorage.setItem(keptKey, "1");
  if (before && before !== token.person_id) {
    location.assign("/console/");
    return;
  }
  if (!before) session.tenant = remembered();
  try {
    await look();
  } catch (e) {
    if (before) throw e;
    // Whose account has no tenant to remember is asked without one.
    session.tenant = "";
    await look();
  }
  session.why = "";
  settle(true);
}

function settle(ok: boolean): void {
  const waiting = signedIn;
  signedIn = [];
  waiting.forEach((go) => go(ok));
}

export async function prove(code: string): Promise<void> {
  await post("/auth/second-factor", { code });
  await refresh();
  endProof(true);
}

export function endProof(ok: boolean): void {
  session.proving = false;
  const waiting = proven;
  proven = [];
  waiting.forEach((go) => go(ok));
}

/** Ends the session but keeps the page, so that what was being written is still there after signing in again. */
export async function pause(why: string): Promise<void> {
  session.why = why;
  session.state = "again";
  const headers = accessHeaders();
  access = "";
  await fetch("/api/v1/auth/session", { method: "DELETE", headers, credentials: "same-origin" }).catch(() => undefined);
}

/** Signs out and forgets what this tab kept. */
export async function signOut(): Promise<void> {
  try {
    await fetch("/api/v1/auth/session", { method: "DELETE", headers: accessHeaders(), credentials: "same-origin" });
  } finally {
    leave();
  }
}

function leave(): void {
  access = "";
  session.me = null;
  session.state = "out";
  session.why = "";
  localStorage.removeItem(keptKey);
  sessionStorage.clear();
  settle(false);
}

export async function work(tenant: string): Promise<void> {
  session.tenant = tenant;
  remember(tenant);
  location.assign("/console/");
}

const tenantKey = "huying.console.tenant";
const remembered = () => localStorage.getItem(tenantKey) ?? "";
const remember = (code: string) => code && localStorage.setItem(tenantKey, code);

export const isFault = (e: unknown, code: string) => e instanceof Fault && e.code === code;

/** Roles that file reports for visitors at a desk; every person may file their own on the phone. */
const filers = ["station_manager", "street_office"];

/** Like may, for the desk: "desk.submit" is filing for somebody else, and lists are of staff only. */
export function deskMay(permission: string): boolean {
  if (permission === "desk.submit") return is(...filers) && may("report.submit");
  if (permission === "report.list") return may("report.list") && session.me?.kind !== "citizen" && !is("tenant_admin", "auditor", "operator");
  return may(permission);
}
