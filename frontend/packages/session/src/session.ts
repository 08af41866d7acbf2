import { ApiError, createApi, unwrap, type Client, type paths, type Schema } from "@huying/api";
import { computed, ref, shallowRef, type ComputedRef, type Ref } from "vue";

export type Me = Schema<"IdentityMeView">;
type Token = Schema<"IdentityTokenView">;

export interface SessionOptions {
  /** The tenant that requests speak about. */
  tenant: () => string | undefined;
  baseUrl?: string;
  /** Remember who this is, so that a page opened without a network is still that person's. Not for shared machines. */
  keepMe?: boolean;
  /** Called when a session ends that nobody ended here: it expired or was revoked. */
  onEnded?: () => void;
}

const EARLY_MS = 60_000;
/** A name for the flag that a refresh cookie was set; scripts cannot see the cookie itself. */
const KEPT = "huying.session";
const KEPT_ME = "huying.me";

/**
 * The signed-in person of this browser. The access token lives in memory alone, the refresh token in an HttpOnly cookie
 * that no script can read; a reload asks for a new access token.
 */
export class Session {
  readonly api: Client<paths>;
  /** Calls without a token: what a visitor may see, and signing in. */
  readonly visitor: Client<paths>;
  readonly me: Ref<Me | undefined> = shallowRef();
  readonly ready = ref(false);
  readonly signedIn: ComputedRef<boolean> = computed(() => this.me.value !== undefined);

  #token?: string;
  #expires = 0;
  #renewing?: Promise<string | undefined>;
  readonly #options: SessionOptions;

  constructor(options: SessionOptions) {
    this.#options = options;
    this.visitor = createApi({ baseUrl: options.baseUrl, tenant: options.tenant });
    this.api = createApi({ baseUrl: options.baseUrl, tenant: options.tenant, accessToken: () => this.token() });
  }

  /** Takes up the session a former visit left, if any. */
  async resume(): Promise<void> {
    try {
      if (this.#kept() && (await this.token())) await this.loadMe();
    } catch {
      // Offline or the server is away: the screens show what they have, as the person's where that was remembered.
      if (this.#kept()) this.me.value ??= this.#rememberedMe();
    } finally {
      this.ready.value = true;
    }
  }

  /** A valid access token, renewed when it is about to end; undefined for a visitor. */
  async token(): Promise<string | undefined> {
    if (this.#token && Date.now() < this.#expires - EARLY_MS) return this.#token;
    if (!this.#kept()) return undefined;
    this.#renewing ??= this.#renew().finally(() => (this.#renewing = undefined));
    return this.#renewing;
  }

  async requestCode(phone: string): Promise<Schema<"CodeOutputBody">> {
    return unwrap(this.visitor.POST("/api/v1/auth/sms-codes", { body: { phone } }));
  }

  async signInByCode(body: Omit<Schema<"SmsSessionInputBody">, "cookie">): Promise<void> {
    await this.#begin(await unwrap(this.visitor.POST("/api/v1/auth/sms-sessions", { body: { ...body, cookie: true } })));
  }

  async signInByPassword(body: Omit<Schema<"PasswordSessionInputBody">, "cookie">): Promise<void> {
    await this.#begin(await unwrap(this.visitor.POST("/api/v1/auth/sessions", { body: { ...body, cookie: true } })));
  }

  /** Signs out here and at the server; without a network the browser forgets at least. */
  async signOut(): Promise<void> {
    try {
      await unwrap(this.api.DELETE("/api/v1/auth/session"));
    } finally {
      this.forget();
    }
  }

  /** Asks again who this is; after a change of tenant or grants. */
  async loadMe(): Promise<Me | undefined> {
    this.me.value = await unwrap(this.api.GET("/api/v1/me"));
    if (this.#options.keepMe) this.#remember(this.me.value);
    return this.me.value;
  }

  /** Whether the person may do something in the present tenant. */
  can(permission: string): boolean {
    return this.me.value?.permissions.includes(permission) ?? false;
  }

  /** Forgets the person in this browser. */
  forget(): void {
    this.#token = undefined;
    this.#expires = 0;
    this.me.value = undefined;
    try {
      localStorage.removeItem(KEPT);
      localStorage.removeItem(KEPT_ME);
    } catch {
      // A browser without storage has nothing to forget.
    }
  }

  async #begin(token: Token): Promise<void> {
    this.#keep(token);
    await this.loadMe();
    this.ready.value = true;
  }

  #keep(token: Token): void {
    this.#token = token.access_token;
    this.#expires = Date.now() + token.expires_in * 1000;
    try {
      localStorage.setItem(KEPT, "1");
    } catch {
      // Without storage the session lasts as long as the page.
    }
  }

  #kept(): boolean {
    try {
      return localStorage.getItem(KEPT) === "1";
    } catch {
      return false;
    }
  }

  #remember(me: Me): void {
    try {
      localStorage.setItem(KEPT_ME, JSON.stringify(me));
    } catch {
      // Without storage the person is known while there is a network.
    }
  }

  #rememberedMe(): Me | undefined {
    if (!this.#options.keepMe) return undefined;
    try {
      return (JSON.parse(localStorage.getItem(KEPT_ME) ?? "null") as Me | null) ?? undefined;
    } catch {
      return undefined;
    }
  }

  /** A refresh token works once: tabs of one browser must take turns, or the second one looks like a thief. */
  async #renew(): Promise<string | undefined> {
    const renew = async () => {
      try {
        const token = await unwrap(this.visitor.POST("/api/v1/auth/refresh", { body: {} }));
        this.#keep(token);
        return token.access_token;
      } catch (error) {
        if (error instanceof ApiError && error.status === 401) {
          this.forget();
          this.#options.onEnded?.();
          return undefined;
        }
        throw error;
      }
    };
    return "locks" in navigator ? navigator.locks.request("huying.refresh", renew) : renew();
  }
}
