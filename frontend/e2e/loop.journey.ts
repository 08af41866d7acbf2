import { readFileSync } from "node:fs";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { freshNumber, launch, phone, signInAs, signInByPhone, tenant } from "./browser";
import { askedDeputies, Person, type Report } from "./people";

const picture = new URL("../../internal/app/demo/walk/photo/rose-wusi.jpg", import.meta.url).pathname;
const photo = readFileSync(picture);

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

/** Fills the form as a citizen does; a photograph only where one is wanted. */
async function fill(page: Page, text: string, withPhoto = true): Promise<void> {
  if (withPhoto) {
    await page.locator('input[type="file"][multiple]').setInputFiles(picture);
    await page.getByRole("img", { name: "第1张照片" }).waitFor();
  }
  await page.getByText("绿化", { exact: true }).click();
  await page.getByLabel("是什么事").fill(text);
  if (await page.getByRole("button", { name: "重选" }).count()) return;
  await page.getByRole("button", { name: "不知道名字？选街道和社区" }).click();
  await page.getByLabel("街道或镇").selectOption({ index: 1 });
  await page.getByLabel("社区或村").selectOption({ index: 1 });
}

/** Presses send, and goes on where neighbours reported something alike. */
async function goOn(page: Page): Promise<void> {
  const insist = page.getByRole("button", { name: "都不是，发送我的" });
  const receipt = page.getByRole("heading", { name: /已收到，编号/ });
  await insist.or(receipt).first().waitFor();
  if (await insist.isVisible()) await insist.click();
  await receipt.first().waitFor();
}

async function numberOf(page: Page): Promise<string> {
  const text = await page.getByRole("heading", { name: /已收到，编号/ }).first().textContent();
  return /\d{6}-\d{4}-\d{6,}/.exec(text ?? "")![0];
}

/** Takes a report from the desk to the answer, so that a phone is needed again. */
async function handle(report: Report): Promise<void> {
  const office = await Person.signIn(`${report.division_code.slice(0, 9)}.office`);
  const units = await office.send<{ items: { id: string; code: string }[] }>("GET", `/units?category=greening&division_code=${report.division_code}`);
  const unit = units.items[0]!;
  await office.act(report, "dispatch", { lead_unit_id: unit.id });
  const name = unit.code.length === 9 ? `${unit.code}.gov` : `${tenant}.${unit.code}`;
  const clerk = await Person.signIn(name);
  await clerk.act(report, "take");
  await clerk.act(report, "contact", { way: "phone", outcome: "reached" });
  await clerk.act(report, "reply", { result: "solved", content: "已补栽。", upload_ids: [await clerk.upload(photo)] });
  await (await Person.signIn(`${name}.head`)).act(report, "approve");
}

describe("the loop on phones", () => {
  it("goes from a citizen's photograph over a deputy's visit to the rating", async () => {
    const citizen = await phone(browser);
    await citizen.page.goto(`/m/${tenant}/report`);
    await fill(citizen.page, "月季花圃被踩出一条路，请修一修。");
    await citizen.page.getByRole("button", { name: "发送", exact: true }).click();
    await signInByPhone(citizen.page, freshNumber());
    await goOn(citizen.page);
    const number = await numberOf(citizen.page);

    const district = await Person.signIn(`${tenant}.staff`);
    const report = await district.read(number);
    const office = await Person.signIn(`${report.division_code.slice(0, 9)}.office`);
    await office.act(report, "admit");
    const offers = (await office.read(number)).offers ?? [];
    const [first, second] = await askedDeputies(offers, 2);
    expect(first && second, "two of the deputies asked can sign in").toBeTruthy();

    // Two deputies look at the same offer; the second to press is told politely.
    const one = await phone(browser);
    const two = await phone(browser);
    await signInAs(one.page, first!);
    await signInAs(two.page, second!);
    for (const p of [one.page, two.page]) {
      await p.goto(`/m/${tenant}/work`);
      await p.locator("article.offer").filter({ hasText: number }).waitFor();
    }
    const accept = (p: Page) => p.locator("article.offer").filter({ hasText: number }).getByRole("button", { name: "接单", exact: true });
    // The second phone does not hear of the first one's tap in time.
    await two.context.route("**/api/v1/reports?*", (route) => route.abort());
    await two.context.route("**/api/v1/events", (route) => route.abort());
    await accept(one.page).click();
    await one.page.getByText("已接单：").waitFor();
    await accept(two.page).click();
    await two.page.getByText("已有其他代表接下了").waitFor();

    await one.page.goto(`/m/${tenant}/r/${number}`);
    await one.page.getByRole("button", { name: "核实", exact: true }).click();
    const sheet = one.page.getByRole("dialog");
    await sheet.getByLabel(/核实情况/).fill("现场看过，折断七八株。");
    await sheet.locator('input[type="file"][multiple]').setInputFiles(picture);
    await sheet.getByRole("img", { name: "第1张照片" }).waitFor();
    await sheet.getByRole("button", { name: "核实", exact: true }).click();
    await one.page.getByText("已完成：核实").waitFor();

    await handle(report);
    await one.page.goto(`/m/${tenant}/r/${number}`);
    await one.page.getByRole("button", { name: "确认办理结果" }).click();
    await one.page.getByRole("dialog").getByText("是", { exact: true }).click();
    await one.page.getByRole("dialog").getByRole("button", { name: "确认办理结果" }).click();
    await one.page.getByText("已完成：确认办理结果").waitFor();

    await citizen.page.goto(`/m/${tenant}/r/${number}`);
    await citizen.page.getByRole("img", { name: "办理后的照片" }).waitFor();
    await citizen.page.locator(".rate").getByText("满意", { exact: true }).first().click();
    await citizen.page.getByRole("button", { name: "提交评价" }).click();
    await citizen.page.getByText("谢谢您的评价。").waitFor();
    expect((await district.read(number)).state).toBe("closed");
    for (const p of [citizen, one, two]) expect(p.errors).toEqual([]);
    for (const p of [citizen, one, two]) await p.context.close();
  });

  it("makes one report of a double tap", async () => {
    const citizen = await phone(browser);
    await citizen.page.goto(`/m/${tenant}/report`);
    await citizen.page.goto(`/m/${tenant}/me`);
    await citizen.page.getByRole("button", { name: "登录", exact: true }).click();
    await signInByPhone(citizen.page, freshNumber());
    await citizen.page.goto(`/m/${tenant}/report`);
    const text = `花坛围栏断了 ${Date.now()}`;
    await fill(citizen.page, text, false);
    await citizen.page.getByRole("button", { name: "发送", exact: true }).evaluate((button: HTMLButtonElement) => {
      button.click();
      button.click();
    });
    await goOn(citizen.page);
    await citizen.page.reload();
    await citizen.page.locator("a.card.one").first().waitFor();
    expect(await citizen.page.locator("a.card.one").count()).toBe(1);
    await citizen.context.close();
  });

  it("sends what was written without a network when it is back, also after a killed tab", async () => {
    const citizen = await phone(browser);
    await citizen.page.goto(`/m/${tenant}/me`);
    await citizen.page.getByRole("button", { name: "登录", exact: true }).click();
    await signInByPhone(citizen.page, freshNumber());
    await citizen.page.goto(`/m/${tenant}/report`);
    await fill(citizen.page, "没有网络时写的：树枝压到电线。");
    await citizen.context.setOffline(true);
    await citizen.page.getByRole("button", { name: "发送", exact: true }).click();
    await citizen.page.getByText("已存好，有网络时自动发送").waitFor();
    await citizen.page.close();
    await citizen.context.setOffline(false);
    const again = await citizen.context.newPage();
    await again.goto(`/m/${tenant}/mine`);
    await again.locator("a.card.one").filter({ hasText: "没有网络时写的" }).waitFor();
    expect(await again.locator("a.card.one").count()).toBe(1);
    await citizen.context.close();
  });

  it("keeps what was written in a tab that was killed, picture and all", async () => {
    const citizen = await phone(browser);
    await citizen.page.goto(`/m/${tenant}/report`);
    await fill(citizen.page, "写到一半的事");
    // Polled from here: in the page a promise counts as true before it is kept.
    const kept = () =>
      citizen.page.evaluate(async () => {
        const open = indexedDB.open("huying-outbox");
        const db = await new Promise<IDBDatabase>((done) => (open.onsuccess = () => done(open.result)));
        const all = db.transaction("drafts").objectStore("drafts").getAll();
        const drafts = await new Promise<{ body: { description: string; division_code?: string } }[]>((done) => (all.onsuccess = () => done(all.result)));
        db.close();
        return drafts.some((d) => d.body.description === "写到一半的事" && d.body.division_code !== undefined);
      });
    await expect.poll(kept, { timeout: 10_000 }).toBe(true);
    await citizen.page.close();
    const again = await citizen.context.newPage();
    await again.goto(`/m/${tenant}/report`);
    await again.getByRole("img", { name: "第1张照片" }).waitFor();
    await expect.poll(() => again.getByLabel("是什么事").inputValue()).toBe("写到一半的事");
    await citizen.context.close();
  });

  it("opens without a network once it was visited, and says which tenant is none", async () => {
    const citizen = await phone(browser, { serviceWorkers: "allow" });
    await citizen.page.goto(`/m/${tenant}/`);
    await citizen.page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
    await citizen.context.setOffline(true);
    await citizen.page.goto(`/m/${tenant}/report`);
    await citizen.page.getByLabel("是什么事").waitFor();
    await citizen.page.getByText("现在没有网络").waitFor();
    await citizen.context.setOffline(false);
    await citizen.page.goto("/m/110101/");
    await citizen.page.getByText("没有这个区（市）").waitFor();
    await citizen.context.close();
  });
});
