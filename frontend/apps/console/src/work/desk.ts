/** What somebody arranged for their own desk: pure changes of the arrangement that the server keeps per person. */
import type { Schemas } from "../core/http";
import { columns, fromAddress, toAddress, type Filters } from "./views";

export type Arrangement = Schemas["DeskArrangement"];

export interface Saved {
  name: string;
  view: string;
  filters: Filters;
}

export const emptyDesk = (): Arrangement => ({ filters: [], columns: [], phrases: {}, version: 0 });

const most = 40;
const mostPhrases = 20;

export function savedFilters(a: Arrangement): Saved[] {
  return a.filters.map((f) => ({ name: f.name, view: f.view, filters: fromAddress(f.query) }));
}

/** Adds or replaces a filter by its name; the newest forty stay. */
export function withFilter(a: Arrangement, s: Saved): Arrangement {
  const query = toAddress(s.view, s.filters);
  delete query.view;
  return { ...a, filters: [...a.filters.filter((f) => f.name !== s.name), { name: s.name, view: s.view, query }].slice(-most) };
}
export const withoutFilter = (a: Arrangement, name: string): Arrangement => ({ ...a, filters: a.filters.filter((f) => f.name !== name) });

const usual = columns.filter((c) => c.always || c.usual).map((c) => c.id);
export function shownColumns(a: Arrangement): string[] {
  const kept = a.columns.length ? a.columns : usual;
  return columns.filter((c) => c.always || kept.includes(c.id)).map((c) => c.id);
}
export const withColumns = (a: Arrangement, list: string[]): Arrangement => ({ ...a, columns: list });

/** Keeps a text as this person's own for a field; the newest twenty stay. */
export function withPhrase(a: Arrangement, field: string, text: string): Arrangement {
  const own = a.phrases[field] ?? [];
  return { ...a, phrases: { ...a.phrases, [field]: [text, ...own.filter((t) => t !== text)].slice(0, mostPhrases) } };
}
export function withoutPhrase(a: Arrangement, field: string, text: string): Arrangement {
  const phrases = { ...a.phrases, [field]: (a.phrases[field] ?? []).filter((t) => t !== text) };
  if (!phrases[field]!.length) delete phrases[field];
  return { ...a, phrases };
}

/** What an earlier version kept in this browser, to be taken over once. */
export function fromBrowser(person: string, store: Storage): Arrangement | null {
  const read = <T>(key: string, otherwise: T): T => {
    try {
      return (JSON.parse(store.getItem(key) ?? "null") as T) ?? otherwise;
    } catch {
      return otherwise;
    }
  };
  let a = emptyDesk();
  for (const s of read<Saved[]>(`huying.console.filters.${person}`, [])) if (s?.name && s.filters) a = withFilter(a, s);
  a.columns = read<string[]>(`huying.console.columns.${person}`, []);
  const prefix = `huying.console.phrases.${person}.`;
  for (const key of Object.keys(store).filter((k) => k.startsWith(prefix))) a.phrases[key.slice(prefix.length)] = read<string[]>(key, []);
  return a.filters.length || a.columns.length || Object.keys(a.phrases).length ? a : null;
}
