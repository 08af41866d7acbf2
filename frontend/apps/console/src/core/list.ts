/** A keyset list on a screen: rows so far, more below, and what it is doing. */
import { reactive } from "vue";
import { Fault, get, type Page, type Query } from "./http";

export interface List<T> {
  rows: T[];
  loading: boolean;
  fault: Fault | null;
  more: boolean;
  /** Rows have been asked for at least once. */
  asked: boolean;
  reload(): Promise<void>;
  next(): Promise<void>;
}

/** Makes a list of `path`; `query` is asked at every load, so filters may change. */
export function useList<T>(path: string | (() => string), query: () => Query = () => ({}), limit = 30, headers?: () => Record<string, string>): List<T> {
  let cursor: string | undefined;
  let turn = 0;
  async function load(fresh: boolean) {
    const mine = ++turn;
    list.loading = true;
    list.fault = null;
    try {
      const where = typeof path === "string" ? path : path();
      const page = await get<Page<T>>(where, { limit, ...query(), cursor: fresh ? undefined : cursor }, { headers: headers?.() });
      if (mine !== turn) return;
      list.rows = (fresh ? page.items : [...list.rows, ...page.items]) as typeof list.rows;
      cursor = page.next_cursor;
      list.more = !!cursor;
      list.asked = true;
    } catch (e) {
      if (mine !== turn) return;
      list.fault = asFault(e);
      list.asked = true;
    } finally {
      if (mine === turn) list.loading = false;
    }
  }
  const list: List<T> = reactive({
    rows: [], loading: false, fault: null, more: false, asked: false, reload: () => load(true), next: () => load(false),
  }) as List<T>;
  return list;
}

export function asFault(e: unknown): Fault {
  if (e instanceof Fault) return e;
  reportError(e);
  return new Fault({ type: "about:blank", title: "出错了", detail: "页面出错了，请刷新后再试。", status: 0, code: "client" });
}
