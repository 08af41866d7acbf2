import { openDB } from "idb";
import type { Draft } from "./draft";

/** Where drafts are kept. */
export interface Store<Body> {
  all(): Promise<Draft<Body>[]>;
  get(id: string): Promise<Draft<Body> | undefined>;
  put(draft: Draft<Body>): Promise<void>;
  remove(id: string): Promise<void>;
}

/** Drafts in IndexedDB: they survive a reload, a killed tab and a restart of the phone. Without one they live as long as the page. */
export function openStore<Body>(name = "huying-outbox"): Store<Body> {
  let opened: Promise<Store<Body>> | undefined;
  const shelf = () => (opened ??= openDatabase<Body>(name));
  return {
    all: async () => (await (await shelf()).all()).sort((a, b) => a.createdAt - b.createdAt),
    get: async (id) => (await shelf()).get(id),
    put: async (draft) => (await shelf()).put(draft),
    remove: async (id) => (await shelf()).remove(id),
  };
}

async function openDatabase<Body>(name: string): Promise<Store<Body>> {
  try {
    const db = await openDB(name, 1, {
      upgrade(database) {
        database.createObjectStore("drafts", { keyPath: "id" });
      },
    });
    return {
      all: () => db.getAll("drafts") as Promise<Draft<Body>[]>,
      get: (id) => db.get("drafts", id) as Promise<Draft<Body> | undefined>,
      put: async (draft) => void (await db.put("drafts", draft)),
      remove: (id) => db.delete("drafts", id),
    };
  } catch {
    // A private window may refuse; writing and sending still work.
    const drafts = new Map<string, Draft<Body>>();
    return {
      all: async () => [...drafts.values()].map((d) => structuredClone(d)),
      get: async (id) => structuredClone(drafts.get(id)),
      put: async (draft) => void drafts.set(draft.id, structuredClone(draft)),
      remove: async (id) => void drafts.delete(id),
    };
  }
}
