import { mkdirSync } from "node:fs";
import type { Page } from "playwright-core";
import { it } from "vitest";
import { launch, phone, signInAs, tenant, type Look } from "./browser";

const screens = new URL("../../docs/screens/", import.meta.url).pathname;

async function shoot(page: Page, path: string, name: string): Promise<void> {
  await page.goto(`/m/${tenant}/${path}`);
  await page.locator("main .page > *").first().waitFor();
  await page.getByText("正在读取…").waitFor({ state: "detached" });
  await page.evaluate(() => Promise.all([...document.images].filter((i) => !i.complete).map((i) => new Promise((done) => (i.onload = i.onerror = done)))));
  await page.screenshot({ path: `${screens}${name}.jpg`, type: "jpeg", quality: 72 });
}

const looks: Record<string, Look> = {
  light: { width: 360, height: 740 },
  dark: { width: 360, height: 740, dark: true },
  elder: { width: 360, height: 740, elder: true },
  "768": { width: 768, height: 1024 },
  "1440": { width: 1440, height: 900 },
};

it("takes the pictures of docs/screens", async () => {
  mkdirSync(screens, { recursive: true });
  const browser = await launch();
  for (const [name, look] of Object.entries(looks)) {
    const { page, context } = await phone(browser, { ...look, scale: 1.5 });
    await shoot(page, "", `mobile-home-${name}`);
    await shoot(page, "report", `mobile-report-${name}`);
    if (name === "light" || name === "dark") {
      await signInAs(page, `${tenant}.deputy1`);
      await shoot(page, "work", `mobile-work-${name}`);
      const one = page.locator("a.card.one").first();
      await one.waitFor();
      const href = await one.getAttribute("href");
      await shoot(page, href!.replace(`/m/${tenant}/`, ""), `mobile-progress-${name}`);
    }
    await context.close();
  }
  await browser.close();
});
