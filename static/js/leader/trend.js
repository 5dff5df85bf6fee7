/* The twelve months of the measure, drawn by ECharts, which comes when the figures are there; a table of words beside it. */
import { calm } from "../dom.js";
import { _ } from "../i18n.js";
import { token } from "./tokens.js";
import { valueSaid } from "./words.js";

let library = null;

/** Bring the charts library once; it is a classic script. */
function echarts(address) {
  library ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = address;
    script.addEventListener("load", () => resolve(window.echarts));
    script.addEventListener("error", () => {
      library = null;
      reject(new Error(_("图表没有取到，其余数字仍可使用。")));
    });
    document.head.append(script);
  });
  return library;
}

function optionOf(figure, months, series, size) {
  const scale = figure.kind === "rate" ? 100 : 1;
  const values = series.map(([value]) => (Number.isFinite(value) ? Math.round(value * scale * 100) / 100 : null));
  const text = { color: token("ink-2"), fontSize: size };
  const target = figure.target ? figure.target.value * scale : null;
  const best = Math.max(0, target ?? 0, ...values.filter(Number.isFinite));
  const aim = { type: "line", name: _("目标"), data: months.map(() => target), symbol: "none", silent: true,
    lineStyle: { color: token("ink-2"), type: "dashed", width: Math.max(1.5, size / 10) } };
  return {
    animation: !calm(), animationDuration: 200,
    aria: { enabled: false },
    grid: { left: size * 3.4, right: size * 1.2, top: size * 1.2, bottom: size * 2 },
    tooltip: { trigger: "axis", renderMode: "richText", confine: true,
      formatter: ([point]) => `${months[point.dataIndex]}  ${valueSaid(figure, series[point.dataIndex][0])}\n${series[point.dataIndex][1]} / ${series[point.dataIndex][2]}` },
    xAxis: { type: "category", data: months.map((month) => String(Number(month.slice(5)))), axisLabel: { ...text, interval: 0 },
      axisLine: { lineStyle: { color: token("line-strong") } }, axisTick: { show: false } },
    yAxis: { type: "value", min: 0, max: figure.kind === "rate" ? 100 : Math.ceil(best * 1.1) || 1, splitNumber: 3, axisLabel: { ...text, formatter: figure.kind === "rate" ? "{value}%" : "{value}" },
      splitLine: { lineStyle: { color: token("line") } } },
    series: [{ type: "line", data: values, connectNulls: false, symbol: "circle", symbolSize: size / 2,
      lineStyle: { width: size / 5, color: token("primary") }, itemStyle: { color: token("primary") } },
    ...(target === null ? [] : [aim])],
  };
}

/** A place for the trend: draws a figure's months into it, the chart made once and then only changed. */
export function trendIn(holder, address, size = 12) {
  let chart = null;
  let last = null;
  const draw = () => last && chart?.setOption(last(), { notMerge: true });
  new ResizeObserver(() => chart?.resize()).observe(holder);
  document.addEventListener("theme:change", draw);
  return async (figure, { months, series }) => {
    const own = series[figure.code];
    holder.classList.toggle("no-trend", !own);
    holder.dataset.note = own ? "" : _("这项数字不留逐月记录");
    if (!own) {
      chart?.clear();
      last = null;
      return;
    }
    last = () => optionOf(figure, months, own, size);
    const made = await echarts(address);
    chart ??= made.init(holder, null, { renderer: "canvas" });
    draw();
  };
}

/** The months in words, for who cannot see the chart. */
export function trendWords(figure, { months, series }) {
  const own = series[figure.code];
  if (!own) return _("这项数字不留逐月记录");
  return months.map((month, at) => `${month}: ${valueSaid(figure, own[at][0])}`).join("; ");
}
