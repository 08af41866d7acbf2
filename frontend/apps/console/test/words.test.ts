// @vitest-environment jsdom
import { readdirSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { speak, templateOf, wordsOf } from "../../../scripts/words.mjs";
import { english } from "../src/core/english";
import { groups } from "../src/shell/nav";
import { states } from "../src/core/words";
import { batchActions, columns, viewsFor } from "../src/work/views";

const src = resolve(import.meta.dirname, "../src");
const files = (readdirSync(src, { recursive: true }) as string[]).filter((f) => /\.(vue|ts)$/.test(f));
const read = (f: string) => readFileSync(resolve(src, f), "utf8");

/** The boards and the letters are read in Chinese; what English they have is not counted. */
const chinese = /^(oversight|supervision|oversee)\//;

describe("English", () => {
  it("has a word for everything that stands in a template of the desk", () => {
    const missing: string[] = [];
    for (const f of files.filter((f) => f.endsWith(".vue") && !chinese.test(f))) {
      const source = read(f);
      const at = templateOf(source);
      if (!at) continue;
      for (const w of wordsOf(source.slice(at.from, at.to))) {
        const text = w.text.replace(/\s+/g, " ");
        if (english[text] === undefined) missing.push(`${f}: ${text}`);
      }
    }
    expect(missing).toEqual([]);
  });
  it("has a word for everything that is asked for by name, and for menus, states, views and columns", () => {
    const asked = files.filter((f) => !chinese.test(f)).flatMap((f) => [...read(f).matchAll(/\bt\("([^"]*\p{Script=Han}[^"]*)"\)/gu)].map((m) => m[1]!));
    const listed = [...states.map(([, w]) => w), ...columns.map((c) => c.title), ...batchActions.map((b) => b.title), ...viewsFor(new Set(["district_staff", "unit_head", "street_office"]), () => true).map((v) => v.title)];
    expect([...new Set([...asked, ...listed])].filter((w) => english[w] === undefined)).toEqual([]);
    expect(groups.flatMap((g) => [g.en, ...g.entries.map((e) => e.en)]).filter((w) => !w || /\p{Script=Han}/u.test(w))).toEqual([]);
  });
  it("is English", () => {
    expect(Object.entries(english).filter(([, w]) => /\p{Script=Han}/u.test(w)).map(([k]) => k)).toEqual([]);
  });
});

describe("templates", () => {
  it("hand their words over, and nothing else", () => {
    const source = `<script setup>const a = "甲";</script>\n<template><p class="x" title="提示" :aria-label="b ? '是' : c">有 {{ n }} 件 <b v-if="a === '甲'">{{ t("乙") }}{{ d ?? "丙" }}</b></p></template>`;
    expect(speak(source)).toBe(
      `<script setup>const a = "甲";</script>\n<template><p class="x" :title="$t('提示')" :aria-label="b ? $t('是') : c">{{ $t("有") }} {{ n }} {{ $t("件") }} <b v-if="a === '甲'">{{ t("乙") }}{{ d ?? $t("丙") }}</b></p></template>`,
    );
  });
});
