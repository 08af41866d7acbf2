import createClient, { type Client } from "openapi-fetch";
import type { components, paths } from "./schema";

/** Every failure of the API: `code` is stable, `detail` is for people, `errors` names the fields. */
export type Problem = components["schemas"]["Problem"];
/** One of the API's types by its name. */
export type Schema<Name extends keyof components["schemas"]> = components["schemas"][Name];
export type { Client, components, paths };

/** What a client is made of. The access token stays in memory; it is asked for at every request. */
export interface Options {
  baseUrl?: string;
  /** The tenant that requests speak about, asked for at every request. */
  tenant?: () => string | undefined;
  /** Gives a valid token, renewing it first where needed. */
  accessToken?: () => Promise<string | undefined>;
  fetch?: (request: Request) => Promise<Response>;
}

/** A client whose calls are checked against the API's own description. */
export function createApi(options: Options = {}): Client<paths> {
  const client = createClient<paths>({ baseUrl: options.baseUrl ?? "", fetch: options.fetch });
  client.use({
    async onRequest({ request }) {
      const token = await options.accessToken?.();
      if (token) request.headers.set("Authorization", `Bearer ${token}`);
      const tenant = options.tenant?.();
      if (tenant && !request.headers.has("X-Tenant")) request.headers.set("X-Tenant", tenant);
      return request;
    },
  });
  return client;
}

/** A key that no other attempt has. It needs no secure context, unlike crypto.randomUUID. */
export function newKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (b) => b.toString(16).padStart(2, "0")).join("");
}

/**
 * Keeps the key of what was sent and never answered: the same thing sent again goes under the same Idempotency-Key, and
 * the server answers as it did, instead of saying that the step is no longer this person's.
 */
export class Attempts {
  private readonly keys = new Map<string, string>();

  /** Sends `what`, in words that are equal for equal attempts. `unanswered` tells an error that leaves the outcome open. */
  async send<T>(what: string, go: (key: string) => Promise<T>, unanswered: (error: unknown) => boolean): Promise<T> {
    const key = this.keys.get(what) ?? newKey();
    this.keys.set(what, key);
    try {
      const answer = await go(key);
      this.keys.delete(what);
      return answer;
    } catch (error) {
      if (!unanswered(error)) this.keys.delete(what);
      throw error;
    }
  }
}

/** A failure of the API, or of the way to it. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly problem: Problem,
  ) {
    super(problem.detail ?? problem.title);
    this.name = "ApiError";
  }
  get code(): string {
    return this.problem.code;
  }
}

/** The code of an error made here, when no answer came. */
export const OFFLINE = "offline";

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** Gives the data of an answer or throws an ApiError, also when no answer came at all. */
export async function unwrap<T>(pending: Promise<Answer<T>>): Promise<T> {
  let answer: Answer<T>;
  try {
    answer = await pending;
  } catch (cause) {
    if (cause instanceof ApiError) throw cause;
    throw new ApiError(0, { type: "urn:huying:problem:offline", title: "没有网络", status: 0, code: OFFLINE, detail: "网络不通，请稍后再试" });
  }
  if (answer.response.ok) return answer.data as T;
  const said = answer.error as Partial<Problem> | undefined;
  throw new ApiError(answer.response.status, {
    ...said,
    type: said?.type ?? "about:blank",
    title: said?.title ?? "服务暂时不可用",
    status: answer.response.status,
    code: said?.code ?? "unavailable",
  });
}
