import { openDB, type IDBPDatabase } from "idb";
import { toRaw } from "vue";
import type { Report } from "./act";

/** A report as it was when last read here, for who stands on the spot without a network. */
export interface KeptCase {
  /** tenant/number */
  key: string;
  person: string;
  at: number;
  report: Report;
}

const LONGEST_MS = 14 * 86_400_000;
let opened: Promise<IDBPDatabase> | undefined;
const db = () =>
  (opened ??= openDB("huying-cases", 1, {
    upgrade(database) {
      database.createObjectStore("cases", { keyPath: "key" });
    },
  }));

/** Keeps a report that the person works on. Only the one who read it finds it again. */
export async function keepCase(report: Report, person: string): Promise<void> {
  const kept: KeptCase = { key: `${report.tenant}/${report.number}`, person, at: Date.now(), report: JSON.parse(JSON.stringify(toRaw(report))) as Report };
  try {
    await (await db()).put("cases", kept);
  } catch {
    // A phone without room works with a network alone.
  }
}

/** All that is kept for a person; what is old, or another person's, is forgotten on the way. */
export async function keptCases(person: string): Promise<KeptCase[]> {
  try {
    const store = await db();
    const all = (await store.getAll("cases")) as KeptCase[];
    const good = all.filter((k) => k.person === person && Date.now() - k.at < LONGEST_MS);
    for (const k of all) if (!good.includes(k)) await store.delete("cases", k.key);
    return good;
  } catch {
    return [];
  }
}

/** The report of an address, by its number or id. */
export async function keptCase(tenant: string, id: string, person: string): Promise<KeptCase | undefined> {
  return (await keptCases(person)).find((k) => k.report.tenant === tenant && (k.report.number === id || k.report.id === id));
}

/** Forgets everything, when the person signs out. */
export async function forgetCases(): Promise<void> {
  try {
    await (await db()).clear("cases");
  } catch {
    // Nothing was kept.
  }
}
