import { readdirSync, readFileSync } from "node:fs";
import { parse as parseVue } from "@vue/compiler-sfc";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { english } from "../src/words.en";

const HAN = /[\u4e00-\u9fff]/;
const root = new URL("../../../", import.meta.url).pathname;
const folders = ["apps/mobile/src", "packages/ui/src", "packages/upload/src", "packages/geo/src"];
const files = folders.flatMap((f) => readdirSync(root + f, { recursive: true, encoding: "utf8" }).map((name) => `${f}/${name}`)).filter((f) => /\.(vue|ts)$/.test(f) && !/\.d\.ts$|words\.en\.ts$/.test(f));

/** What is Chinese in every language: names of languages, and what is said to the server. */
const kept = new Set(["语言 / Language", "中文", "参加人民代表大会会议"]);

interface Found {
  said: Set<string>;
  bare: string[];
}

function look(code: string, at: string, found: Found): void {
  const source = ts.createSourceFile("x.ts", code, ts.ScriptTarget.Latest, true);
  const walk = (n: ts.Node): void => {
    if (ts.isCallExpression(n) && n.expression.getText(source) === "say") {
      const text = n.arguments[0];
      if (text && ts.isStringLiteralLike(text)) found.said.add(text.text);
      else found.bare.push(`${at}: say takes a text as it stands`);
      n.arguments.slice(1).forEach(walk);
      return;
    }
    const text = ts.isStringLiteralLike(n) ? n.text : ts.isTemplateExpression(n) ? n.head.text + n.templateSpans.map((s) => s.literal.text).join("") : "";
    if (HAN.test(text) && !kept.has(text)) found.bare.push(`${at}: ${text}`);
    ts.forEachChild(n, walk);
  };
  walk(source);
}

interface Node {
  type: number;
  loc: { source: string };
  content?: string | { loc: { source: string } };
  children?: Node[];
  props?: { type: number; name: string; value?: { content: string }; exp?: { loc: { source: string } } }[];
}

function lookTemplate(node: Node, at: string, found: Found): void {
  for (const p of node.props ?? []) {
    const text = p.value?.content ?? "";
    if (HAN.test(text) && !kept.has(text)) found.bare.push(`${at}: ${p.name}="${text}"`);
    if (p.exp && p.name !== "for") look(`(${p.exp.loc.source})`, at, found);
  }
  for (const child of node.children ?? []) {
    if (child.type === 2 && HAN.test(child.loc.source) && !kept.has(child.loc.source.trim())) found.bare.push(`${at}: ${child.loc.source.trim()}`);
    if (child.type === 5 && typeof child.content === "object") look(`(${child.content.loc.source})`, at, found);
    if (child.type === 1) lookTemplate(child, at, found);
  }
}

function read(): Found {
  const found: Found = { said: new Set(), bare: [] };
  for (const file of files) {
    const text = readFileSync(root + file, "utf8");
    if (file.endsWith(".ts")) {
      look(text, file, found);
      continue;
    }
    const { descriptor } = parseVue(text);
    if (descriptor.scriptSetup) look(descriptor.scriptSetup.content, file, found);
    if (descriptor.template?.ast) lookTemplate(descriptor.template.ast as unknown as Node, file, found);
  }
  return found;
}

describe("the words of the phone app", () => {
  const { said, bare } = read();

  it("are all said in both languages", () => {
    expect([...said].filter((text) => !(text in english))).toEqual([]);
    expect(said.size).toBeGreaterThan(400);
  });
  it("are none but those that are said", () => expect(Object.keys(english).filter((text) => !said.has(text))).toEqual([]));
  it("never stand on a screen in one language alone", () => expect(bare).toEqual([]));
  it("are filled in alike, and are English", () => {
    const holes = (text: string) => [...text.matchAll(/\{\d\}/g)].map((m) => m[0]).sort();
    expect(Object.entries(english).filter(([zh, en]) => String(holes(zh)) !== String(holes(en)))).toEqual([]);
    expect(Object.values(english).filter((en) => HAN.test(en) || en === "")).toEqual([]);
  });
});
