/**
 * Chinese stands in the templates as people read it; this is where a build finds it. Text, the attributes people read
 * and string literals of expressions are handed to `$t`, which gives the words of the language chosen.
 */
import { parse } from "@vue/compiler-dom";

const han = /\p{Script=Han}/u;
const read = new Set(["placeholder", "aria-label", "title", "alt", "label", "empty", "any", "hint"]);
const TEXT = 2, INTERPOLATION = 5, ATTRIBUTE = 6, DIRECTIVE = 7, ELEMENT = 1, ROOT = 0;

/** String literals of an expression that hold Chinese, with where they stand; template literals are taken when nothing is filled in. */
function literals(source) {
  const out = [];
  const form = /"((?:[^"\\\n]|\\.)*)"|'((?:[^'\\\n]|\\.)*)'|`((?:[^`\\$]|\\.)*)`/gu;
  for (const m of source.matchAll(form)) {
    const text = m[1] ?? m[2] ?? m[3];
    // What follows `$t(` is handed over already; a literal that is compared is no word for people.
    const before = source.slice(0, m.index).trimEnd();
    if (han.test(text) && !/\bt\($/.test(before) && !/[!=]==?$/.test(before)) out.push({ text, from: m.index, to: m.index + m[0].length });
  }
  return out;
}

/** Every place of a template with words, from the last to the first: what they are, and what replaces them. */
export function wordsOf(template) {
  const out = [];
  const quoted = (text, quote) => quote + text.replaceAll("\\", "\\\\").replaceAll(quote, "\\" + quote) + quote;
  const expression = (exp, quote) => {
    for (const l of literals(exp.loc.source)) {
      const from = exp.loc.start.offset + l.from;
      out.push({ text: l.text, from, to: exp.loc.start.offset + l.to, with: `$t(${quoted(l.text, quote)})` });
    }
  };
  const visit = (node) => {
    if (node.type === TEXT && han.test(node.content)) {
      const source = template.slice(node.loc.start.offset, node.loc.end.offset);
      const text = source.trim();
      const lead = source.length - source.trimStart().length;
      out.push({ text, from: node.loc.start.offset + lead, to: node.loc.start.offset + lead + text.length, with: `{{ $t(${quoted(text.replace(/\s+/g, " "), '"')}) }}` });
    }
    if (node.type === INTERPOLATION) expression(node.content, '"');
    if (node.type === ELEMENT) {
      for (const p of node.props) {
        if (p.type === ATTRIBUTE && p.value && read.has(p.name) && han.test(p.value.content)) {
          out.push({ text: p.value.content, from: p.loc.start.offset, to: p.loc.end.offset, with: `:${p.name}="$t(${quoted(p.value.content, "'")})"` });
        }
        if (p.type === DIRECTIVE && p.exp && p.name !== "on" && p.name !== "for" && p.name !== "model") expression(p.exp, "'");
      }
    }
    if (node.type === ROOT || node.type === ELEMENT) node.children.forEach(visit);
  };
  visit(parse(template));
  return out.sort((a, b) => b.from - a.from);
}

/** The template of a single-file component: where it begins and ends in the source. */
export function templateOf(source) {
  const from = source.indexOf("<template>");
  const to = source.lastIndexOf("</template>");
  return from < 0 || to < 0 ? null : { from: from + "<template>".length, to };
}

export function speak(source) {
  const at = templateOf(source);
  if (!at) return source;
  let template = source.slice(at.from, at.to);
  for (const w of wordsOf(template)) template = template.slice(0, w.from) + w.with + template.slice(w.to);
  return source.slice(0, at.from) + template + source.slice(at.to);
}

/** The plugin of a build; it goes before Vue's own. */
export const words = () => ({
  name: "huying-words",
  enforce: "pre",
  transform: (source, id) => (id.endsWith(".vue") && !id.includes("node_modules") ? { code: speak(source), map: null } : null),
});
