import { openDB, type IDBPDatabase } from "idb";
import type { Draft } from "./draft";

/** Where drafts are kept. */
export interface Store<Body> {
  all(): Promise<Draft<Body>[]>;
  get(id: string): Promise<Draft<Body> | undefined>;
  put(draft: Draft<Body>): Promise<void>;
  remove(id: string): Promise<void>;
}

/** Drafts in IndexedDB: they survive a reload, a killed tab and a restart of the phone. */
export function openStore<Body>(name = "huying-outbox"): Store<Body> {
  let opened: Promise<IDBPDatabase> | undefined;
  const db = () =>
    (opened ??= openDB(name, 1, {
      upgrade(database) {
        database.createObjectStore("drafts", { keyPath: "id" });
      },
    }));
  return {
    all: async () => ((await (await db()).getAll("drafts")) as Draft<Body>[]).sort((a, b) => a.createdAt - b.createdAt),
    get: async (id) => (await (await db()).get("drafts", id)) as Draft<Body> | undefined,
    put: async (draft) => {
      await (await db()).put("drafts", draft);
    },
    remove: async (id) => {
      await (await db()).delete("drafts", id);
    },
  };
}
