/** One number of a metric, with what tells it from the others. */
export interface MetricSample {
  readonly labels?: Readonly<Record<string, string>>;
  readonly value: number;
  /** Of a histogram: which of its series. */
  readonly part?: "bucket" | "sum" | "count";
}

/** A metric with all its samples; one without any is announced all the same. */
export interface MetricFamily {
  readonly name: string;
  readonly kind: "gauge" | "counter" | "histogram";
  readonly help: string;
  readonly samples: readonly MetricSample[];
}

export const METRICS_CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

/** Prometheus's text format. */
export const formatMetrics = (families: readonly MetricFamily[]): string =>
  families.map((family) => `${formatFamily(family).join("\n")}\n`).join("");

const formatFamily = ({ name, kind, help, samples }: MetricFamily): string[] => [
  `# HELP ${name} ${help.replaceAll("\\", String.raw`\\`).replaceAll("\n", String.raw`\n`)}`,
  `# TYPE ${name} ${kind}`,
  ...samples.map(
    ({ labels = {}, value, part }) => `${name}${part === undefined ? "" : `_${part}`}${formatLabels(labels)} ${value}`,
  ),
];

function formatLabels(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escapeLabel(value)}"`);
  return pairs.length === 0 ? "" : `{${pairs.join(",")}}`;
}

const escapeLabel = (value: string): string =>
  value
    .replaceAll("\\", String.raw`\\`)
    .replaceAll('"', String.raw`\"`)
    .replaceAll("\n", String.raw`\n`);

/** Counts of values up to each bound, not counting those of the bound before, as the samples of a histogram, which add up. */
export function toHistogramSamples(
  labels: Readonly<Record<string, string>>,
  bounds: readonly number[],
  counts: readonly number[],
  sum: number,
): MetricSample[] {
  let total = 0;
  const buckets = counts.map((count, index): MetricSample => {
    total += count;
    return { part: "bucket", labels: { ...labels, le: String(bounds[index] ?? "+Inf") }, value: total };
  });
  return [...buckets, { part: "sum", labels, value: sum }, { part: "count", labels, value: total }];
}
