/** The parts of ECharts that the boards use, and no others. */
import { LineChart, ScatterChart } from "echarts/charts";
import { AriaComponent, GridComponent, MarkAreaComponent, MarkPointComponent, TooltipComponent, VisualMapComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";

use([LineChart, ScatterChart, GridComponent, TooltipComponent, MarkAreaComponent, MarkPointComponent, VisualMapComponent, AriaComponent, CanvasRenderer]);

export { init };
