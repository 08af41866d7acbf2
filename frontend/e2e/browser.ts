import { chromium, type Browser, type BrowserContext, type Page } from "playwright-core";

/** Where the running product is. */
export const base = process.env.HUYING_URL ?? "http://127.0.0.1:8080";
export const password = "Huying-demo-2026";
export const tenant = "370202";

export function launch(): Promise<Browser> {
  return chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox", "--disable-dev-shm-usage"] });
}

export interface Phone {
  context: BrowserContext;
  page: Page;
  /** What the page complained about. */
  errors: string[];
}

export interface Look {
  width?: number;
  height?: number;
  dark?: boolean;
  elder?: boolean;
  /** Device pixels for one of the page's. */
  scale?: number;
  geolocation?: { latitude: number; longitude: number };
  /** Without a worker of its own a page shows what the network gives, which is what some journeys are about. */
  serviceWorkers?: "allow" | "block";
}

/** A phone of its own: no cookies, no storage, Chinese, by default without a position. */
export async function phone(browser: Browser, look: Look = {}): Promise<Phone> {
  const context = await browser.newContext({
    baseURL: base,
    viewport: { width: look.width ?? 393, height: look.height ?? 851 },
    deviceScaleFactor: look.scale ?? 2,
    isMobile: (look.width ?? 393) < 800,
    hasTouch: true,
    locale: "zh-CN",
    timezoneId: "Asia/Shanghai",
    colorScheme: look.dark ? "dark" : "light",
    serviceWorkers: look.serviceWorkers ?? "block",
    ...(look.geolocation ? { geolocation: look.geolocation, permissions: ["geolocation"] } : {}),
  });
  if (look.elder) await context.addInitScript(() => localStorage.setItem("huying.elder", "1"));
  const page = await context.newPage();
  const errors: string[] = [];
  page.on("pageerror", (error) => errors.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error" && !/Failed to load resource|net::ERR/.test(message.text())) errors.push(message.text());
  });
  return { context, page, errors };
}

let last = 0;
/** A telephone number nobody has used yet. */
export function freshNumber(): string {
  last += 1;
  return `139${String((Date.now() + last * 7919) % 100_000_000).padStart(8, "0")}`;
}

/** Signs in by the code that the demo shows, on the open sheet. */
export async function signInByPhone(page: Page, number: string): Promise<void> {
  await page.getByLabel("手机号", { exact: true }).fill(number);
  await page.getByRole("button", { name: "获取验证码" }).first().click();
  await page.getByRole("button", { name: "填上" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "登录", exact: true }).click();
  await page.locator("dialog").waitFor({ state: "detached" });
}

/** Signs in with a documented account, from any page of the tenant. */
export async function signInAs(page: Page, username: string, at = `/m/${tenant}/me`): Promise<void> {
  await page.goto(at);
  await page.getByRole("button", { name: "登录", exact: true }).click();
  await page.getByRole("button", { name: "代表、工作人员用账号登录" }).click();
  await page.getByLabel("用户名").fill(username);
  await page.getByLabel("密码").fill(password);
  await page.getByRole("dialog").getByRole("button", { name: "登录", exact: true }).click();
  await page.locator("dialog").waitFor({ state: "detached" });
}
