/** The one way to the API: typed answers, faults that carry the problem, and a session that may be renewed under way. */
import { Attempts, newKey, type components } from "@huying/api";

export type Schemas = components["schemas"];
export type Problem = Schemas["Problem"];

/** A failure the API explained, or that the way to it failed (`code` "network"). */
export class Fault extends Error {
  constructor(readonly problem: Problem) {
    super(problem.detail || problem.title);
  }
  get code(): string {
    return this.problem.code;
  }
  /** What is wrong with each field, by its name. */
  get fields(): Record<string, string> {
    const out: Record<string, string> = {};
    for (const f of this.problem.errors ?? []) out[f.field.replace(/^body\./, "")] = f.message;
    return out;
  }
}

export type Query = Record<string, string | number | boolean | undefined | null>;

export interface Call {
  method?: string;
  query?: Query;
  body?: unknown;
  form?: FormData;
  headers?: Record<string, string>;
  signal?: AbortSignal;
  /** Without the access token, and without asking to sign in again. */
  open?: boolean;
}

/** What the session gives: the headers of the signed-in person, and how to get new ones when they are refused. */
export interface Credentials {
  headers(): Record<string, string>;
  /** Renews the access token, if need be by signing in again; false when the person gave up. */
  renew(): Promise<boolean>;
  /** Asks for the second factor; false when the person gave up. */
  prove(): Promise<boolean>;
}

let credentials: Credentials | undefined;

export function useCredentials(c: Credentials): void {
  credentials = c;
}

export function address(path: string, query?: Query): string {
  const q = new URLSearchParams();
  for (const [k, v] of Object.entries(query ?? {})) {
    if (v !== undefined && v !== null && v !== "" && v !== false) q.set(k, String(v));
  }
  const text = q.toString();
  return "/api/v1" + path + (text ? "?" + text : "");
}

/** Sends a request and gives the response, whatever its media type. Fails with Fault. */
export async function fetchApi(path: string, call: Call = {}): Promise<Response> {
  let renewed = false;
  let proven = false;
  for (;;) {
    const response = await once(path, call);
    if (response.ok) return response;
    const fault = await explain(response);
    if (!call.open && credentials) {
      if (response.status === 401 && !renewed) {
        renewed = true;
        if (await credentials.renew()) continue;
      }
      if (fault.code === "second_factor_required" && !proven) {
        proven = true;
        if (await credentials.prove()) continue;
      }
    }
    throw fault;
  }
}

async function once(path: string, call: Call): Promise<Response> {
  const headers: Record<string, string> = { ...(call.open ? {} : credentials?.headers()), ...call.headers };
  if (call.body !== undefined) headers["Content-Type"] = "application/json";
  try {
    return await fetch(address(path, call.query), {
      method: call.method ?? "GET",
      headers,
      body: call.form ?? (call.body === undefined ? undefined : JSON.stringify(call.body)),
      signal: call.signal,
      credentials: "same-origin",
      cache: "no-store",
    });
  } catch (e) {
    if (e instanceof DOMException && e.name === "AbortError") throw e;
    throw new Fault({ type: "about:blank", title: "网络不通", detail: "网络不通，请检查网络后再试。", status: 0, code: "network" });
  }
}

async function explain(response: Response): Promise<Fault> {
  try {
    const problem = (await response.json()) as Problem;
    if (problem && typeof problem.code === "string") return new Fault(problem);
  } catch {
    // Not a problem document: a proxy answered.
  }
  return new Fault({
    type: "about:blank", title: "服务暂时不可用", detail: `服务暂时不可用（${response.status}），请稍后再试。`, status: response.status, code: "unavailable",
  });
}

async function json<T>(path: string, call: Call): Promise<T> {
  const response = await fetchApi(path, call);
  if (response.status === 204) return undefined as T;
  const text = await response.text();
  return (text ? JSON.parse(text) : undefined) as T;
}

export const get = <T>(path: string, query?: Query, call: Call = {}) => json<T>(path, { ...call, query });
export const post = <T>(path: string, body?: unknown, call: Call = {}) => json<T>(path, { ...call, method: "POST", body });
export const put = <T>(path: string, body?: unknown, call: Call = {}) => json<T>(path, { ...call, method: "PUT", body });
export const patch = <T>(path: string, body?: unknown, call: Call = {}) => json<T>(path, { ...call, method: "PATCH", body });
export const del = <T>(path: string, query?: Query) => json<T>(path, { method: "DELETE", query });

/** Fetches a file and hands it to the browser under the name the server gave. */
export async function download(path: string, query?: Query, name?: string, headers?: Record<string, string>): Promise<void> {
  const response = await fetchApi(path, { query, headers });
  const said = /filename="?([^";]+)"?/.exec(response.headers.get("Content-Disposition") ?? "")?.[1];
  const url = URL.createObjectURL(await response.blob());
  const a = document.createElement("a");
  a.href = url;
  a.download = said ?? name ?? "file";
  document.body.append(a);
  a.click();
  a.remove();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

export interface Page<T> {
  items: T[];
  next_cursor?: string;
}

/** Reads a whole list that is known to be short, page after page, up to `most` rows. */
export async function all<T>(path: string, query: Query = {}, most = 2000): Promise<T[]> {
  const out: T[] = [];
  let cursor: string | undefined;
  do {
    const page = await get<Page<T>>(path, { limit: 100, ...query, cursor });
    out.push(...page.items);
    cursor = page.next_cursor;
  } while (cursor && out.length < most);
  return out;
}

/** A key under which the server recognises the same create again. */
export const onceKey = () => ({ "Idempotency-Key": newKey() });

const attempts = new Attempts();

/** Does a step on a report: sent again after an answer that never came, it is done once and answered like the first time. */
export const act = <T>(path: string, body: unknown) =>
  attempts.send(
    path + JSON.stringify(body),
    (key) => post<T>(path, body, { headers: { "Idempotency-Key": key } }),
    (error) => error instanceof Fault && (error.problem.status === 0 || error.problem.status >= 500),
  );
