import type { Browser, Page } from "playwright-core";
import { base, freshNumber, password, tenant } from "./browser";

/** A desk with somebody at it. */
export interface Desk {
  page: Page;
  /** What the page complained about. */
  errors: string[];
}

export interface DeskLook {
  width?: number;
  height?: number;
  dark?: boolean;
  elder?: boolean;
}

/** Signs in at a desk of its own, without a mouse: fields by Tab, the button by Enter. */
export async function desk(browser: Browser, username: string, look: DeskLook = {}): Promise<Desk> {
  const context = await browser.newContext({
    baseURL: base, viewport: { width: look.width ?? 1440, height: look.height ?? 900 }, colorScheme: look.dark ? "dark" : "light",
    locale: "zh-CN", timezoneId: "Asia/Shanghai", reducedMotion: "reduce",
  });
  if (look.elder) await context.addInitScript(() => localStorage.setItem("huying.elder", "1"));
  const page = await context.newPage();
  const errors: string[] = [];
  page.on("pageerror", (e) => errors.push(String(e)));
  await page.goto("/console/");
  await page.getByLabel("用户名").fill(username);
  await page.getByLabel("密码").fill(password);
  await page.getByLabel("密码").press("Enter");
  await page.locator("#main h1").waitFor();
  return { page, errors };
}

/** Opens a page of the desk and waits until it shows what it read. */
export async function open(page: Page, path: string): Promise<void> {
  await page.goto("/console" + path);
  await page.locator("#main h1").waitFor();
  await page.locator("#main [role=status]", { hasText: /正在(加载|读取|打开)/ }).waitFor({ state: "detached" });
}

export async function api<T>(path: string, token?: string, body?: unknown, method = body === undefined ? "GET" : "POST"): Promise<T> {
  const answer = await fetch(base + "/api/v1" + path, {
    method,
    headers: { "Content-Type": "application/json", "X-Tenant": tenant, ...(token ? { Authorization: `Bearer ${token}` } : {}) },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  const text = await answer.text();
  return (text ? JSON.parse(text) : undefined) as T;
}

/** A new citizen, signed in by the code that the demo shows. */
export async function citizen(): Promise<string> {
  const phone = freshNumber();
  await api("/auth/sms-codes", undefined, { phone });
  let code = "";
  for (let i = 0; i < 50 && !code; i++) {
    const sent = await api<{ items: { params: { code?: string } }[] }>(`/dev/outbox?phone=${phone}`);
    code = sent.items[0]?.params.code ?? "";
    if (!code) await new Promise((next) => setTimeout(next, 100));
  }
  return (await api<{ access_token: string }>("/auth/sms-sessions", undefined, { phone, code })).access_token;
}

/** A report of a citizen about something that needs no looking first. */
export async function submitted(street: string, token?: string, description = "路口两盏路灯不亮，晚上看不清台阶。"): Promise<{ id: string; number: string }> {
  const community = (await api<{ items: { code: string }[] }>(`/divisions?parent=${street}`)).items[0]!.code;
  return api("/reports", token ?? (await citizen()), { category: "streetlight", description, division_code: community, upload_ids: [] });
}
