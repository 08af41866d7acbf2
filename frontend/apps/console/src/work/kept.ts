/** What somebody arranged for their own desk, kept in this browser under their own id. */
import type { Filters } from "./views";
import { columns } from "./views";

export interface Saved {
  name: string;
  view: string;
  filters: Filters;
}

const key = (person: string, what: string) => `huying.console.${what}.${person}`;

function read<T>(k: string, otherwise: T): T {
  try {
    return (JSON.parse(localStorage.getItem(k) ?? "null") as T) ?? otherwise;
  } catch {
    return otherwise;
  }
}

function write(k: string, v: unknown): void {
  try {
    localStorage.setItem(k, JSON.stringify(v));
  } catch {
    // Without storage the arrangement lasts as long as the page.
  }
}

export const savedFilters = (person: string): Saved[] => read<Saved[]>(key(person, "filters"), []).filter((s) => s && s.name && s.filters);
/** Adds or replaces a saved filter by its name; at most twenty. */
export function saveFilter(person: string, s: Saved): Saved[] {
  const list = [...savedFilters(person).filter((x) => x.name !== s.name), s].slice(-20);
  write(key(person, "filters"), list);
  return list;
}
export function dropFilter(person: string, name: string): Saved[] {
  const list = savedFilters(person).filter((x) => x.name !== name);
  write(key(person, "filters"), list);
  return list;
}

const usual = columns.filter((c) => c.always || c.usual).map((c) => c.id);
export function shownColumns(person: string): string[] {
  const kept = read<string[]>(key(person, "columns"), usual);
  return columns.filter((c) => c.always || kept.includes(c.id)).map((c) => c.id);
}
export const keepColumns = (person: string, list: string[]) => write(key(person, "columns"), list);

/** The order of the list a report was opened from, for walking to the next one. */
export interface Queue {
  ids: string[];
  back: string;
}
export function keepQueue(q: Queue): void {
  sessionStorage.setItem("huying.queue", JSON.stringify(q));
}
export function queue(): Queue {
  try {
    return (JSON.parse(sessionStorage.getItem("huying.queue") ?? "null") as Queue) ?? { ids: [], back: "/work" };
  } catch {
    return { ids: [], back: "/work" };
  }
}
export function neighbour(ids: string[], id: string, by: number): string | undefined {
  const at = ids.indexOf(id);
  return at < 0 ? undefined : ids[at + by];
}
