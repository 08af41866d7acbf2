// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Session } from "../src/session";

type Handler = (path: string, request: Request) => { status: number; body?: unknown };

function serve(handler: Handler) {
  const calls: { path: string; method: string; auth: string | null }[] = [];
  vi.stubGlobal("fetch", async (request: Request) => {
    const path = new URL(request.url).pathname;
    calls.push({ path, method: request.method, auth: request.headers.get("Authorization") });
    const { status, body } = handler(path, request);
    return new Response(status === 204 ? null : JSON.stringify(body ?? {}), { status, headers: { "Content-Type": "application/json" } });
  });
  return calls;
}

const token = (name: string, life = 900) => ({ status: 200, body: { access_token: name, expires_in: life } });
const me = { status: 200, body: { id: "p", permissions: ["report.submit"], grants: [] } };

beforeEach(() => {
  localStorage.clear();
  vi.useFakeTimers({ toFake: ["Date"], now: new Date("2026-03-01T00:00:00Z") });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});
const later = () => vi.setSystemTime(new Date("2026-03-01T00:15:00Z"));

describe("Session", () => {
  const make = (onEnded?: () => void) => new Session({ tenant: () => "370202", baseUrl: "http://house", onEnded });

  it("asks nothing of the server for a visitor", async () => {
    const calls = serve(() => ({ status: 500 }));
    const session = make();
    await session.resume();
    expect(calls).toEqual([]);
    expect(session.ready.value).toBe(true);
    expect(session.signedIn.value).toBe(false);
  });

  it("renews once for many calls that come together", async () => {
    const calls = serve((path) => (path.endsWith("/auth/refresh") ? token("new") : path.endsWith("/sms-sessions") ? token("old") : me));
    const session = make();
    await session.signInByCode({ phone: "13800000000", code: "1" });
    calls.length = 0;
    later();
    await Promise.all([session.loadMe(), session.loadMe(), session.loadMe()]);
    expect(calls.filter((c) => c.path.endsWith("/auth/refresh"))).toHaveLength(1);
    expect(calls.filter((c) => c.path.endsWith("/me")).map((c) => c.auth)).toEqual(["Bearer new", "Bearer new", "Bearer new"]);
  });

  it("ends when the server refuses to renew, and says so once", async () => {
    serve((path) => (path.endsWith("/auth/refresh") ? { status: 401, body: { code: "unauthenticated", title: "x", status: 401, type: "t" } } : path.endsWith("/sms-sessions") ? token("old") : me));
    const ended = vi.fn();
    const session = make(ended);
    await session.signInByCode({ phone: "13800000000", code: "1" });
    later();
    expect(await session.token()).toBeUndefined();
    expect(session.signedIn.value).toBe(false);
    expect(ended).toHaveBeenCalledTimes(1);
    expect(await session.token()).toBeUndefined();
    expect(ended).toHaveBeenCalledTimes(1);
  });

  it("keeps no token where a script could read it later", async () => {
    serve((path) => (path.endsWith("/sms-sessions") ? token("secret-token") : me));
    await make().signInByCode({ phone: "13800000000", code: "1" });
    expect(JSON.stringify({ ...localStorage })).not.toContain("secret-token");
  });
});
