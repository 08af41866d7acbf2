import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { launch, phone, signInAs, tenant } from "./browser";
import { expectAccessible, expectKeyboard, expectLetters, expectTargets } from "./page";

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

const visitor = ["", "report", "mine", "near", "near?view=map", "track", "deputies", "me"];
const deputy = ["work", "work/leave", "notices", "me/data", "me/notices", "me/sessions"];

async function settle(page: Page, path: string): Promise<void> {
  await page.goto(`/m/${tenant}/${path}`);
  // Hints keep a connection open, so a page is settled when it shows something and reads nothing.
  await page.locator("main .page > *").first().waitFor();
  await page.getByText("正在读取…").waitFor({ state: "detached" });
}

for (const look of [{ name: "light" }, { name: "dark", dark: true }, { name: "elder", elder: true }]) {
  describe(`every page in ${look.name}`, () => {
    const least = look.elder ? 48 : 44;
    async function check(page: Page, path: string): Promise<void> {
      await settle(page, path);
      await expectAccessible(page, path);
      await expectTargets(page, path, least);
      if (look.elder) await expectLetters(page, path, 20);
    }

    it("serves a visitor without barriers", async () => {
      const { page, context, errors } = await phone(browser, look);
      await page.goto("/m/?choose");
      await page.getByRole("link").first().waitFor();
      await expectAccessible(page, "choose");
      for (const path of visitor) {
        await check(page, path);
        if (look.name === "light") expect(await expectKeyboard(page, path)).toBeGreaterThan(4);
      }
      await settle(page, "near");
      await page.locator("a.card.one").first().click();
      await page.getByRole("heading", { name: "办理经过" }).waitFor();
      await expectAccessible(page, "public");
      expect(errors).toEqual([]);
      await context.close();
    });

    it("serves a deputy without barriers", async () => {
      const { page, context, errors } = await phone(browser, look);
      await signInAs(page, `${tenant}.deputy1`);
      for (const path of deputy) await check(page, path);
      await settle(page, "work");
      const one = page.locator("a.card.one").first();
      if (await one.count()) {
        await one.click();
        await page.getByRole("heading", { name: "办理经过" }).waitFor();
        await expectAccessible(page, "one");
        await expectTargets(page, "one", least);
        await page.locator(".actions .btn, .row > .btn").first().click();
        await page.getByRole("dialog").waitFor();
        await expectAccessible(page, "action");
      }
      expect(errors).toEqual([]);
      await context.close();
    });
  });
}

describe("a report without a map and without sight", () => {
  it("is written and sent to the sign-in by keyboard alone", async () => {
    const { page, context } = await phone(browser);
    await settle(page, "report");
    await page.getByRole("radio", { name: "井盖" }).focus();
    await page.keyboard.press("Space");
    await page.getByLabel("是什么事").focus();
    await page.keyboard.type("井盖缺了一块");
    await page.getByRole("button", { name: "不知道名字？选街道和社区" }).focus();
    await page.keyboard.press("Enter");
    await page.getByLabel("街道或镇").focus();
    await page.keyboard.press("ArrowDown");
    await page.getByRole("button", { name: "发送", exact: true }).focus();
    await page.keyboard.press("Enter");
    await page.getByRole("dialog").waitFor();
    expect(await page.evaluate(() => document.activeElement?.closest("dialog") !== null)).toBe(true);
    await page.keyboard.press("Escape");
    await page.locator("dialog").waitFor({ state: "detached" });
    expect(await page.getByLabel("是什么事").inputValue()).toBe("井盖缺了一块");
    await context.close();
  });
});
