/** What the board asks for, and how its figures are said. */
import { reactive, watch } from "vue";
import { useRoute, useRouter } from "vue-router";
import { Fault, get, type Schemas } from "../core/http";

export type Overview = Schemas["OversightOverview"];
export type Figures = Schemas["OversightFigures"];
export type Trend = Schemas["OversightTrend"];
export type BoardNote = Schemas["OversightNoteView"];
export type RatesView = Schemas["OversightRatesView"];
export type RateView = Schemas["OversightRateView"];
export interface Rates {
  from: string;
  to: string;
  weights: Schemas["OversightWeightsView"];
  total: RatesView;
  parts: RatesView[];
}
export interface Heat {
  located: number;
  cells: Schemas["OversightHeatCell"][];
  hot_spots: Schemas["OversightHotSpotView"][];
}

/** What is looked at; it is the page's address, so that a link shows the same board. */
export interface Look {
  division_code?: string;
  from?: string;
  to?: string;
  category?: string;
}

export const periods: [string, number][] = [["近7天", 7], ["近30天", 30], ["近90天", 90], ["近一年", 365]];

/** The first and last day of the last n days, in Qingdao's days. */
export function lastDays(n: number, now = Date.now()): { from: string; to: string } {
  const day = (t: number) => new Date(t + 8 * 3600_000).toISOString().slice(0, 10);
  return { from: day(now - (n - 1) * 86_400_000), to: day(now) };
}

/** How many days a period holds, both ends included. */
export function daysOf(look: Look): number {
  if (!look.from || !look.to) return 30;
  return Math.round((Date.parse(look.to) - Date.parse(look.from)) / 86_400_000) + 1;
}

/** Change against the period before, in words; nothing where there is nothing to compare. */
export function change(now: number, before: number): string {
  if (before === 0) return now === 0 ? "持平" : "上期没有";
  const percent = Math.round(((now - before) * 100) / before);
  return percent === 0 ? "持平" : percent > 0 ? `增${percent}%` : `减${-percent}%`;
}

/** The same, said in a sentence of its own. */
export function against(now: number, before: number): string {
  return before === 0 ? "上期没有" : "比上期" + change(now, before);
}

export function percent(r?: RateView): string {
  if (!r) return "–";
  return r.percent === undefined ? "样本太少" : `${r.percent}%`;
}

/** 12.5小时, or days when it takes several. */
export function lasted(hours?: number): string {
  if (hours === undefined) return "样本太少";
  return hours < 72 ? `${Math.round(hours * 10) / 10}小时` : `${Math.round((hours / 24) * 10) / 10}天`;
}

export const rungWords: [string, string][] = [["80", "黄 80%"], ["100", "红 100%"], ["150", "150%"], ["200", "200% 督办函"], ["300", "300% 主任会议"]];

/** The board of the page's address, asked for anew whenever that changes. */
export function useBoard() {
  const route = useRoute();
  const router = useRouter();
  const board = reactive({
    look: {} as Look, overview: undefined as Overview | undefined, trend: undefined as Trend | undefined, rates: undefined as Rates | undefined,
    heat: undefined as Heat | undefined, notes: [] as BoardNote[], fault: "", loading: false,
  });
  let asked = 0;
  async function load() {
    const mine = ++asked;
    board.loading = true;
    board.fault = "";
    const q = { ...board.look };
    const plain = { ...q, category: undefined };
    try {
      const [overview, trend, rates, heat, notes] = await Promise.all([
        get<Overview>("/oversight/overview", q), get<Trend>("/oversight/trend", q), get<Rates>("/oversight/rates", plain), get<Heat>("/oversight/heat", q),
        get<{ items: BoardNote[] }>("/oversight/notes", { ...plain }),
      ]);
      if (mine === asked) Object.assign(board, { overview, trend, rates, heat, notes: notes.items });
    } catch (e) {
      if (mine === asked) board.fault = e instanceof Fault ? e.message : "没有取到数据，请再试";
    } finally {
      if (mine === asked) board.loading = false;
    }
  }
  function go(next: Look) {
    const query = Object.fromEntries(Object.entries({ ...board.look, ...next }).filter(([, v]) => v)) as Record<string, string>;
    void router.push({ path: route.path, query });
  }
  watch(
    () => route.query,
    (q) => {
      const one = (name: string) => (typeof q[name] === "string" ? (q[name] as string) : undefined);
      board.look = { division_code: one("division_code"), from: one("from"), to: one("to"), category: one("category") };
      void load();
    },
    { immediate: true },
  );
  return { board, load, go };
}
