import AxeBuilder from "@axe-core/playwright";
import type { Page } from "playwright-core";
import { expect } from "vitest";

/** No violation of WCAG 2.2 AA that a machine can see. */
export async function expectAccessible(page: Page, name: string): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]).analyze();
  expect(violations.map((v) => `${name}: ${v.id} ${v.nodes.map((n) => n.target.join(" ")).join(" | ")}`)).toEqual([]);
}

/** Everything one can press is large enough for a thumb. Links inside a sentence are exempt, as in WCAG. */
export async function expectTargets(page: Page, name: string, least: number): Promise<void> {
  const small = await page.evaluate((min) => {
    const found: string[] = [];
    for (const el of document.querySelectorAll<HTMLElement>("a[href], button, select, summary, textarea, input:not([type=hidden])")) {
      // A hidden field inside a label is pressed through the label.
      const target = el.matches("input[type=radio], input[type=checkbox], input[type=file]") ? (el.closest("label") ?? el) : el;
      const box = target.getBoundingClientRect();
      if (box.width === 0 || box.height === 0 || target.closest("p, [inert]") || target.matches(".hy-visually-hidden")) continue;
      if (box.height < min - 0.5 || box.width < Math.min(min, 44) - 0.5) found.push(`${target.tagName} ${target.textContent?.trim().slice(0, 20) ?? ""} ${Math.round(box.width)}x${Math.round(box.height)}`);
    }
    return found;
  }, least);
  expect(small.map((s) => `${name}: ${s}`)).toEqual([]);
}

/** No text below a size, but for the tab bar's badge, which has its words for who cannot read it. */
export async function expectLetters(page: Page, name: string, least: number): Promise<void> {
  const small = await page.evaluate((min) => {
    const found = new Set<string>();
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const el = node.parentElement;
      if (!el || !node.textContent?.trim() || el.closest(".badge, .hy-visually-hidden, script, style, noscript, option")) continue;
      if (el.getBoundingClientRect().height === 0) continue;
      const size = parseFloat(getComputedStyle(el).fontSize);
      if (size < min) found.add(`${el.tagName}.${el.className} ${node.textContent.trim().slice(0, 16)} ${size}px`);
    }
    return [...found];
  }, least);
  expect(small.map((s) => `${name}: ${s}`)).toEqual([]);
}

/** Walks the page with the Tab key: every stop has a name and a visible ring, and the walk comes to an end. */
export async function expectKeyboard(page: Page, name: string): Promise<number> {
  await page.evaluate(() => {
    (document.activeElement as HTMLElement | null)?.blur();
    window.scrollTo(0, 0);
  });
  const seen = new Set<string>();
  const bad: string[] = [];
  for (let i = 0; i < 200; i++) {
    await page.keyboard.press("Tab");
    const stop = await page.evaluate(() => {
      const el = document.activeElement as HTMLElement | null;
      if (!el || el === document.body) return undefined;
      el.dataset.walked ??= String(Math.random());
      const label = el.closest("label");
      const field = el as HTMLInputElement;
      const text = el.getAttribute("aria-label") ?? (el.getAttribute("aria-labelledby") ? "labelled" : "");
      const named = text || el.textContent?.trim() || label?.textContent?.trim() || field.labels?.[0]?.textContent?.trim() || field.placeholder || "";
      const ring = [el, label].some((one) => one && getComputedStyle(one).outlineStyle !== "none" && parseFloat(getComputedStyle(one).outlineWidth) >= 2);
      return { id: el.dataset.walked, named, ring, what: `${el.tagName} ${named.slice(0, 20)}` };
    });
    if (!stop || seen.has(stop.id)) break;
    seen.add(stop.id);
    if (!stop.named) bad.push(`${name}: no name: ${stop.what}`);
    if (!stop.ring) bad.push(`${name}: no ring: ${stop.what}`);
  }
  expect(bad).toEqual([]);
  return seen.size;
}
