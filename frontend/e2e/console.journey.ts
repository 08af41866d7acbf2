import { AxeBuilder } from "@axe-core/playwright";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { launch, password, tenant } from "./browser";
import { api, citizen, desk, open, submitted } from "./console";
import { expectKeyboard, expectLetters } from "./page";

// The desk: a street's office admits and dispatches, a unit takes, calls and answers, its head signs.

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser?.close());

/** Opens an action by its button and waits for its form. */
async function act(page: Page, title: string | RegExp): Promise<void> {
  await page.getByRole("region", { name: "可以办理的" }).getByRole("button", { name: title }).click();
  await page.locator("form.form").waitFor();
}
async function send(page: Page): Promise<void> {
  await page.locator("form.form").getByRole("button", { name: /^确认/ }).click();
  await page.locator("form.form").waitFor({ state: "detached" });
}

async function violations(page: Page): Promise<string[]> {
  const found = await new AxeBuilder({ page }).withTags(["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]).analyze();
  return found.violations.map((v) => `${v.id}: ${v.nodes[0]?.html.slice(0, 120)}`);
}

describe("the desk", () => {
  const street = `${tenant}001`;

  it("walks a report from admission to the signed answer, by three people", async () => {
    const r = await submitted(street);
    const office = await desk(browser, `${street}.office`);
    await office.page.goto(`/console/work?view=all&q=${r.number}`);
    await office.page.getByRole("row", { name: new RegExp(r.number) }).waitFor();
    await office.page.keyboard.press("a");
    await office.page.locator("form.form").waitFor();
    await send(office.page);
    // Lamps need no looking first: the catalogue's unit has it at once.
    await office.page.locator(".page-head .tag", { hasText: "已交办" }).waitFor();

    const clerk = await desk(browser, `${tenant}.dept7`);
    await clerk.page.goto(`/console/reports/${r.id}`);
    await act(clerk.page, /签收/);
    await send(clerk.page);
    await act(clerk.page, /联系反映人/);
    await clerk.page.getByRole("radio", { name: "电话" }).check();
    await clerk.page.getByRole("radio", { name: "联系上了" }).check();
    await send(clerk.page);
    await act(clerk.page, /^答复/);
    await clerk.page.locator("form.form").getByRole("button", { name: /^确认/ }).click();
    expect(await clerk.page.locator("form.form [role=alert]").first().textContent()).toContain("请先补齐");
    await clerk.page.getByRole("radio", { name: "已解释说明" }).check();
    await clerk.page.getByLabel(/答复内容/).fill("两盏路灯已列入本月整修计划，先行加装临时照明。");

    // What was written survives a reload, and the end of the session.
    await clerk.page.reload();
    await act(clerk.page, /^答复/);
    expect(await clerk.page.getByLabel(/答复内容/).inputValue()).toContain("本月整修计划");
    await send(clerk.page);

    const head = await desk(browser, `${tenant}.dept7.head`);
    await head.page.goto("/console/work?view=to_sign");
    await head.page.getByText(r.number).waitFor();
    await head.page.goto(`/console/reports/${r.id}`);
    await head.page.getByText("两盏路灯已列入本月整修计划").first().waitFor();
    await head.page.keyboard.press("s");
    await head.page.locator("form.form").waitFor();
    await send(head.page);
    await head.page.locator(".page-head .tag", { hasText: "已答复" }).waitFor();
    for (const d of [office, clerk, head]) expect(d.errors).toEqual([]);
  });

  it("keeps a half-written form over the end of the session", async () => {
    const r = await submitted(street);
    const { page } = await desk(browser, `${street}.office`);
    await page.goto(`/console/reports/${r.id}`);
    await act(page, /内部备注/);
    await page.locator("form.form textarea").fill("请网格员先去看看");
    await page.route("**/api/v1/reports/*/comment", (route) => route.fulfill({ status: 401, contentType: "application/problem+json", body: '{"type":"about:blank","title":"","status":401,"code":"unauthenticated"}' }), { times: 1 });
    await page.route("**/api/v1/auth/refresh", (route) => route.fulfill({ status: 401, contentType: "application/problem+json", body: '{"type":"about:blank","title":"","status":401,"code":"unauthenticated"}' }), { times: 1 });
    await page.locator("form.form").getByRole("button", { name: /^确认/ }).click();
    const again = page.getByRole("dialog", { name: "请重新登录" });
    await again.getByLabel("密码").fill(password);
    await again.getByRole("button", { name: "登录", exact: true }).click();
    await page.getByText("请网格员先去看看").first().waitFor();
    await page.locator("form.form").waitFor({ state: "detached" });
  });

  it("says who was quicker, and keeps the words", async () => {
    const r = await submitted(street);
    const slow = await desk(browser, `${street}.office`);
    await slow.page.goto(`/console/reports/${r.id}`);
    // Hints would tell at once; this desk hears none.
    await slow.page.route("**/api/v1/events", (route) => route.abort());
    await act(slow.page, /不予受理/);
    await slow.page.getByLabel("原因").fill("不在受理范围");
    await slow.page.getByLabel("单位名称").fill("区信访局");
    const { access_token } = await api<{ access_token: string }>("/auth/sessions", undefined, { username: `${tenant}.staff`, password });
    await api(`/reports/${r.id}/admit`, access_token, {});
    await slow.page.locator("form.form").getByRole("button", { name: /^确认/ }).click();
    await slow.page.getByText(/刚刚处理了此件/).waitFor();
    expect(await slow.page.getByLabel("原因").inputValue()).toBe("不在受理范围");
  });

  it("clears forty reports without a mouse", async () => {
    const own = `${tenant}002`;
    const day = new Date().toISOString();
    for (let n = 0; n < 5; n++) {
      const token = await citizen();
      for (let k = 0; k < 8; k++) await submitted(own, token, `第${n * 8 + k + 1}盏路灯不亮，编号贴在灯杆上。${day}`);
    }
    const { page, errors } = await desk(browser, `${own}.office`);
    await open(page, "/work?view=all&status=submitted");
    const before = await page.locator("tbody tr").count();
    expect(before).toBeGreaterThanOrEqual(40);
    await page.keyboard.press("A");
    await page.getByText(`已选 ${before} 件`).waitFor();
    await page.keyboard.press("B");
    const dialog = page.getByRole("dialog", { name: "批量办理" });
    await dialog.getByRole("radio", { name: "受理" }).waitFor();
    expect(await page.evaluate(() => (document.activeElement as HTMLInputElement).value)).toBe("admit");
    await page.keyboard.press("Enter");
    await dialog.getByText(`已办 ${before} 件`).waitFor({ timeout: 120_000 });
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "detached" });
    await page.getByText("没有符合条件的事项").waitFor();
    expect(errors).toEqual([]);
  }, 300_000);

  it("keeps a filter with the person, whatever the browser", async () => {
    const first = await desk(browser, `${tenant}.staff`);
    await open(first.page, "/work?view=all&category=streetlight");
    await first.page.getByRole("button", { name: "我的筛选" }).click();
    await first.page.getByRole("button", { name: "保存现在的筛选" }).click();
    await first.page.getByRole("dialog").getByLabel("名字").fill("路灯");
    await first.page.keyboard.press("Enter");
    await first.page.getByRole("button", { name: "路灯", exact: true }).waitFor();
    const second = await desk(browser, `${tenant}.staff`);
    await open(second.page, "/work?view=all");
    await second.page.getByRole("button", { name: "我的筛选" }).click();
    await second.page.getByRole("button", { name: "路灯", exact: true }).click();
    await second.page.waitForURL(/category=streetlight/);
    await second.page.getByRole("button", { name: "删除筛选 路灯" }).click();
    await second.page.getByText("还没有保存的筛选").waitFor();
  });

  it("changes the brand with a preview, and keeps what was before", async () => {
    const { page, errors } = await desk(browser, "370203.admin");
    await open(page, "/settings");
    const name = page.getByLabel("对外的名称（2–20字）");
    const before = await name.inputValue();
    await name.fill("导航进站 智链万家");
    await page.getByRole("figure", { name: "手机首页预览" }).getByText("导航进站 智链万家").waitFor();
    await page.getByRole("button", { name: /预览并保存/ }).click();
    await page.getByText(`名称：${before} → 导航进站 智链万家`).waitFor();
    await page.getByRole("button", { name: "保存", exact: true }).click();
    await page.getByText("设置已保存").waitFor();
    const shown = await api<{ items: { code: string; brand_name: string }[] }>("/tenants");
    expect(shown.items.find((t) => t.code === "370203")?.brand_name).toBe("导航进站 智链万家");
    await page.getByRole("button", { name: "修改记录" }).click();
    await page.getByRole("dialog").getByText(`名称：${before} → 导航进站 智链万家`).waitFor();
    expect(errors).toEqual([]);
  });

  it("suspends a sender by three people", async () => {
    const r = await submitted(street);
    const office = await desk(browser, `${street}.office`);
    await open(office.page, `/reports/${r.id}`);
    await office.page.getByRole("button", { name: "暂停反映人" }).click();
    await office.page.getByLabel(/事实和理由/).fill("一个月内反复编造同一件事，已当面核对");
    await office.page.getByRole("button", { name: "提出", exact: true }).click();
    await office.page.getByText("等区市人大负责人签批").waitFor();
    const head = await desk(browser, `${tenant}.head`);
    await open(head.page, "/sender-blocks");
    await head.page.getByRole("button", { name: `同意暂停 ${r.number}` }).click();
    await head.page.getByRole("button", { name: "确认同意暂停" }).click();
    await head.page.getByText("已同意暂停").waitFor();
    const staff = await desk(browser, `${tenant}.staff`);
    await open(staff.page, "/sender-blocks");
    await staff.page.getByRole("button", { name: `恢复在线提交 ${r.number}` }).click();
    await staff.page.getByLabel(/理由/).fill("情况已核实，恢复");
    await staff.page.getByRole("button", { name: "确认恢复在线提交" }).click();
    await staff.page.getByText("已恢复在线提交").waitFor();
  });

  it("offers the texts that are kept for everybody", async () => {
    const staff = await desk(browser, `${tenant}.staff`);
    await open(staff.page, "/texts");
    await staff.page.getByRole("button", { name: "新增常用语" }).click();
    await staff.page.getByLabel("用在哪里").last().selectOption("reject_reason");
    await staff.page.getByLabel(/标题/).fill("属物业自管");
    await staff.page.getByLabel(/内容/).fill("该处为小区自管设施，请先联系物业服务企业。");
    await staff.page.getByRole("button", { name: "保存", exact: true }).click();
    await staff.page.getByText("常用语已保存").waitFor();
    const r = await submitted(street);
    const office = await desk(browser, `${street}.office`);
    await open(office.page, `/reports/${r.id}?do=reject`);
    await office.page.getByRole("button", { name: /^常用语/ }).first().click();
    await office.page.getByRole("button", { name: /属物业自管/ }).click();
    expect(await office.page.getByLabel("原因").inputValue()).toContain("请先联系物业服务企业");
  });

  it("prints a case as a file of its own", async () => {
    const r = await submitted(street);
    const { page } = await desk(browser, `${tenant}.staff`);
    await open(page, `/reports/${r.id}`);
    await page.keyboard.press("P");
    await page.getByRole("heading", { name: "随手拍办理卷宗" }).waitFor();
    await page.emulateMedia({ media: "print" });
    expect(await page.locator("header.top").isVisible()).toBe(false);
    expect(await page.getByRole("button", { name: /打印/ }).isVisible()).toBe(false);
    await page.getByText(`受理编号 ${r.number}`).waitFor();
    expect((await page.pdf({ format: "A4" })).length).toBeGreaterThan(20_000);
  });
});

/** Who sees which pages; every page of the menu stands with somebody. */
const pages: Record<string, string[]> = {
  [`${tenant}.staff`]: ["/work?view=all", "/new", "/crowd", "/classes", "/transfers", "/sender-blocks", "/board", "/board/questions", "/board/wall", "/dispatch-rules", "/texts", "/units", "/deputies", "/stations", "/congresses", "/recusals", "/settings", "/notices", "/me"],
  [`${tenant}.admin`]: ["/people", "/import", "/screen-words", "/settings", "/sms", "/retention"],
  auditor: ["/audit"],
  city: ["/board", "/supervise", "/transfers"],
};

for (const look of [{ name: "light" }, { name: "dark", dark: true }, { name: "large type", elder: true }]) {
  describe(`every page of the desk in ${look.name}`, () => {
    for (const [who, paths] of Object.entries(pages)) {
      it(`serves ${who} without barriers`, async () => {
        const { page, errors } = await desk(browser, who, look);
        for (const path of paths) {
          await open(page, path);
          expect(await violations(page), path).toEqual([]);
          if (look.elder) await expectLetters(page, path, 16);
          if (look.name === "light") expect(await expectKeyboard(page, path), path).toBeGreaterThan(4);
        }
        expect(errors).toEqual([]);
        await page.context().close();
      }, 300_000);
    }
  });
}
