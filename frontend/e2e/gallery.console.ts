import { mkdirSync } from "node:fs";
import type { Page } from "playwright-core";
import { it } from "vitest";
import { base, launch, password, tenant } from "./browser";

const screens = new URL("../../docs/screens/", import.meta.url).pathname;

async function settle(page: Page): Promise<void> {
  await page.locator("#main h1").waitFor();
  await page.locator("p[role=status]", { hasText: "正在加载" }).waitFor({ state: "detached" });
  await page.evaluate(() => Promise.all([...document.images].filter((i) => !i.complete).map((i) => new Promise((done) => (i.onload = i.onerror = done)))));
}

it("takes the desk's pictures of docs/screens", async () => {
  mkdirSync(screens, { recursive: true });
  const browser = await launch();
  for (const look of ["light", "dark"] as const) {
    const context = await browser.newContext({ baseURL: base, viewport: { width: 1440, height: 900 }, colorScheme: look, locale: "zh-CN", timezoneId: "Asia/Shanghai", reducedMotion: "reduce" });
    const page = await context.newPage();
    const shoot = (name: string) => page.screenshot({ path: `${screens}console-${name}-${look}.jpg`, type: "jpeg", quality: 72 });
    await page.goto("/console/");
    await page.getByLabel("用户名").fill(`${tenant}.staff`);
    await page.getByLabel("密码").fill(password);
    await page.getByRole("button", { name: "登录", exact: true }).click();
    await settle(page);
    await page.goto("/console/work?view=all&status=handling");
    await settle(page);
    await shoot("work");
    await page.locator("tbody tr a").first().click();
    await page.getByRole("region", { name: "可以办理的" }).waitFor();
    await settle(page);
    await shoot("case");
    await page.goto("/console/dispatch-rules");
    await settle(page);
    await shoot("dispatch-rules");
    await context.close();
  }
  await browser.close();
}, 300_000);
