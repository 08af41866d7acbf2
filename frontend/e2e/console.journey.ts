import { AxeBuilder } from "@axe-core/playwright";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { base, freshNumber, launch, password, tenant } from "./browser";

// The desk: a street's office admits and dispatches, a unit takes, calls and answers, its head signs.

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser?.close());

async function desk(username: string): Promise<{ page: Page; errors: string[] }> {
  const context = await browser.newContext({ baseURL: base, viewport: { width: 1440, height: 900 }, locale: "zh-CN", timezoneId: "Asia/Shanghai", reducedMotion: "reduce" });
  const page = await context.newPage();
  const errors: string[] = [];
  page.on("pageerror", (e) => errors.push(String(e)));
  await page.goto("/console/");
  await page.getByLabel("用户名").fill(username);
  await page.getByLabel("密码").fill(password);
  await page.getByRole("button", { name: "登录", exact: true }).click();
  await page.locator("#main h1").waitFor();
  return { page, errors };
}

async function api<T>(path: string, token?: string, body?: unknown): Promise<T> {
  const answer = await fetch(base + "/api/v1" + path, {
    method: body === undefined ? "GET" : "POST",
    headers: { "Content-Type": "application/json", "X-Tenant": tenant, ...(token ? { Authorization: `Bearer ${token}` } : {}) },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  const text = await answer.text();
  return (text ? JSON.parse(text) : undefined) as T;
}

/** A report of a new citizen about something that needs no looking first. */
async function submitted(street: string): Promise<{ id: string; number: string }> {
  const phone = freshNumber();
  await api("/auth/sms-codes", undefined, { phone });
  let code = "";
  for (let i = 0; i < 50 && !code; i++) {
    const sent = await api<{ items: { params: { code?: string } }[] }>(`/dev/outbox?phone=${phone}`);
    code = sent.items[0]?.params.code ?? "";
    if (!code) await new Promise((next) => setTimeout(next, 100));
  }
  const { access_token } = await api<{ access_token: string }>("/auth/sms-sessions", undefined, { phone, code });
  const community = (await api<{ items: { code: string }[] }>(`/divisions?parent=${street}`)).items[0]!.code;
  return api("/reports", access_token, { category: "streetlight", description: "路口两盏路灯不亮，晚上看不清台阶。", division_code: community, upload_ids: [] });
}

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
    const office = await desk(`${street}.office`);
    await office.page.goto(`/console/work?view=all&q=${r.number}`);
    await office.page.getByRole("row", { name: new RegExp(r.number) }).waitFor();
    await office.page.keyboard.press("a");
    await office.page.locator("form.form").waitFor();
    await send(office.page);
    // Lamps need no looking first: the catalogue's unit has it at once.
    await office.page.locator(".page-head .tag", { hasText: "已交办" }).waitFor();

    const clerk = await desk(`${tenant}.dept7`);
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

    const head = await desk(`${tenant}.dept7.head`);
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
    const { page } = await desk(`${street}.office`);
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
    const slow = await desk(`${street}.office`);
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

  it("has no barrier that a machine can find", async () => {
    const staff = await desk(`${tenant}.staff`);
    for (const path of ["/work?view=all", "/dispatch-rules", "/units", "/deputies", "/stations", "/transfers", "/recusals", "/notices", "/me"]) {
      await staff.page.goto("/console" + path);
      await staff.page.locator("#main h1").waitFor();
      await staff.page.locator("p[role=status]", { hasText: "正在加载" }).waitFor({ state: "detached" });
      expect(await violations(staff.page), path).toEqual([]);
    }
  }, 300_000);
});
