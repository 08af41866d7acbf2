import { mkdirSync } from "node:fs";
import type { Page } from "playwright-core";
import { it } from "vitest";
import { launch, tenant } from "./browser";
import { desk, open, type DeskLook } from "./console";

const screens = new URL("../../docs/screens/", import.meta.url).pathname;
const looks: Record<string, DeskLook> = {
  light: {}, dark: { dark: true }, elder: { elder: true }, "360": { width: 360, height: 740 }, "768": { width: 768, height: 1024 },
};

async function pictures(page: Page): Promise<void> {
  await page.evaluate(() => Promise.all([...document.images].filter((i) => !i.complete).map((i) => new Promise((done) => (i.onload = i.onerror = done)))));
}

it("takes the desk's pictures of docs/screens", async () => {
  mkdirSync(screens, { recursive: true });
  const browser = await launch();
  for (const [name, look] of Object.entries(looks)) {
    const { page } = await desk(browser, `${tenant}.staff`, look);
    const shoot = async (what: string) => {
      await pictures(page);
      await page.screenshot({ path: `${screens}console-${what}-${name}.jpg`, type: "jpeg", quality: 70 });
    };
    await open(page, "/work?view=all&status=handling");
    await shoot("work");
    await page.locator("tbody tr a").first().click();
    await page.getByRole("region", { name: "可以办理的" }).waitFor();
    await shoot("case");
    if (name !== "768") {
      await open(page, "/settings");
      await shoot("settings");
    }
    if (name === "light" || name === "dark") {
      await open(page, "/dispatch-rules");
      await shoot("dispatch-rules");
    }
    await page.context().close();
  }
  await browser.close();
}, 300_000);
