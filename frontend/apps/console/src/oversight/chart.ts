/** ECharts, fetched only when a chart is first drawn, in the colours of the page. */
import { onBeforeUnmount, onMounted, watch, type Ref } from "vue";
import type { EChartsCoreOption, EChartsType } from "echarts/core";

let fetched: Promise<typeof import("./echarts")> | undefined;

export interface Colours {
  text: string;
  soft: string;
  line: string;
  brand: string;
  bad: string;
  warn: string;
  good: string;
}

/** The colours in force where the element stands. */
export function coloursAt(element: Element): Colours {
  const style = getComputedStyle(element);
  const of = (name: string) => style.getPropertyValue(`--hy-${name}`).trim();
  return { text: of("text"), soft: of("soft"), line: of("line"), brand: of("link"), bad: of("bad"), warn: of("warn"), good: of("good") };
}

/** Draws into the element what `option` gives, again whenever it changes or the element's size does. */
export function useChart(element: Ref<HTMLElement | undefined>, option: (c: Colours, scale: number) => EChartsCoreOption | undefined, changes: () => unknown): void {
  let chart: EChartsType | undefined;
  let gone = false;
  let watcher: ResizeObserver | undefined;
  async function draw() {
    const at = element.value;
    if (!at) return;
    const scale = parseFloat(getComputedStyle(at).fontSize) / 14;
    const drawn = option(coloursAt(at), scale);
    if (!drawn) return;
    fetched ??= import("./echarts");
    const { init } = await fetched;
    if (gone || !element.value) return;
    chart ??= init(at);
    chart.setOption(drawn, true);
  }
  onMounted(() => {
    if (element.value) {
      watcher = new ResizeObserver(() => chart?.resize());
      watcher.observe(element.value);
    }
    void draw();
  });
  watch(changes, () => void draw(), { deep: true, flush: "post" });
  onBeforeUnmount(() => {
    gone = true;
    watcher?.disconnect();
    chart?.dispose();
  });
}
