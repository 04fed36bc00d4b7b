import { useMantineColorScheme } from "@mantine/core";
import { useEffect, useRef } from "react";
import UPlot, { type AlignedData, type Options } from "uplot";

import { toClock } from "../../parts/format-time.ts";
import { useZone } from "../../parts/time-text.tsx";

interface SeriesChartProps {
  readonly title: string;
  readonly data: AlignedData;
  /** In the order of the columns; a colour is a variable of theme.css. */
  readonly lines: readonly { readonly label: string; readonly color: string }[];
  readonly unit: string;
}

const HEIGHT = 180;
const CURSOR = "overview";

/** Lines over time; the data change without the chart being drawn from nothing. */
export function SeriesChart({ title, data, lines, unit }: SeriesChartProps) {
  const box = useRef<HTMLDivElement>(null);
  const chart = useRef<UPlot | null>(null);
  const latest = useRef(data);
  latest.current = data;
  const zone = useZone();
  const { colorScheme } = useMantineColorScheme();

  useEffect(() => {
    const element = box.current!;
    const plot = new UPlot(toOptions(element, { lines, unit, zone }), latest.current, element);
    chart.current = plot;
    const observer = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height: HEIGHT }));
    observer.observe(element);
    return () => {
      observer.disconnect();
      plot.destroy();
      chart.current = null;
    };
  }, [lines, unit, zone, colorScheme]);
  useEffect(() => chart.current?.setData(data), [data]);

  return (
    <figure className="chart">
      <figcaption className="meta">{title}</figcaption>
      <div ref={box} role="img" aria-label={describe(title, data, lines, unit)} />
    </figure>
  );
}

function toOptions(
  element: HTMLElement,
  { lines, unit, zone }: Omit<SeriesChartProps, "title" | "data"> & { zone: string },
): Options {
  const style = getComputedStyle(element);
  const colour = (name: string) => style.getPropertyValue(name).trim();
  const axis = {
    stroke: colour("--dimmed"),
    grid: { stroke: colour("--hairline"), width: 1 },
    ticks: { show: false },
    font: `11px ${colour("--font")}`,
  };
  return {
    width: element.clientWidth,
    height: HEIGHT,
    padding: [8, 8, 0, 0],
    tzDate: (seconds) => UPlot.tzDate(new Date(seconds * 1_000), zone),
    cursor: { sync: { key: CURSOR }, points: { size: 6 } },
    legend: { live: true },
    axes: [
      { ...axis, values: (_, splits) => splits.map((seconds) => toMark(seconds, splits, zone)) },
      { ...axis, size: 48, values: (_, values) => values.map((value) => `${value}${unit}`) },
    ],
    scales: { y: { range: (_, _low, high) => [0, Math.max(1, high ?? 1)] } },
    series: [
      { value: "{HH}:{mm}" },
      ...lines.map(({ label, color }) => ({
        label,
        stroke: colour(color),
        width: 1.5,
        points: { show: false },
        spanGaps: false,
        value: (_: UPlot, value: number | null) => (value === null ? "–" : `${Number(value.toFixed(2))}${unit}`),
      })),
    ],
  };
}

const DAY_SECONDS = 24 * 60 * 60;

/** The time of day; over days, the day. */
function toMark(seconds: number, splits: readonly number[], zone: string): string {
  const span = (splits.at(-1) ?? seconds) - (splits[0] ?? seconds);
  if (span < 1.5 * DAY_SECONDS) return toClock(seconds * 1_000, zone);
  return new Intl.DateTimeFormat("en-GB", { timeZone: zone, weekday: "short", day: "numeric" }).format(seconds * 1_000);
}

/** The last values, for readers of the screen. */
function describe(title: string, data: AlignedData, lines: SeriesChartProps["lines"], unit: string): string {
  const last = lines.map(({ label }, line) => {
    const values = (data[line + 1] ?? []) as readonly (number | null)[];
    const known = values.filter((value) => value !== null);
    return known.length === 0 ? `${label} none` : `${label} up to ${Number(Math.max(...known).toFixed(1))}${unit}`;
  });
  return `${title}: ${last.join(", ")}`;
}
