// @vitest-environment jsdom
import { afterEach, describe, expect, it } from "vitest";
import { createWords, fromNow, setLocale } from "../src/index";

const t = createWords({ a: { hello: "你好，{name}" }, only: "只有中文" }, { a: { hello: "Hello {name}" }, only: "" });
afterEach(() => setLocale("zh-CN"));

describe("words", () => {
  it("are Chinese first", () => expect(t("a.hello", { name: "王" })).toBe("你好，王"));
  it("follow the language", () => {
    setLocale("en");
    expect(t("a.hello", { name: "Wang" })).toBe("Hello Wang");
  });
  it("leave an unknown parameter visible", () => expect(t("a.hello")).toBe("你好，{name}"));
  it("say how far away a moment is", () => {
    const now = new Date("2026-03-01T00:00:00Z");
    expect(fromNow("2026-03-01T00:30:00Z", now)).toBe("30分钟后");
    expect(fromNow("2026-02-27T00:00:00Z", now)).toBe("2天前");
  });
});
