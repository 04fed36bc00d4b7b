import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

import { describe, expect, it } from "@jest/globals";

import { silentLog } from "../log/index.ts";
import { openMetricsPort } from "./metrics-port.ts";
import { toHistogramSamples } from "./metrics-text.ts";

const read = () => [
  {
    name: "x_runs_total",
    kind: "counter" as const,
    help: "Runs.",
    samples: [{ labels: { task: 'a "b"\n\\' }, value: 3 }],
  },
  {
    name: "x_took_seconds",
    kind: "histogram" as const,
    help: "How long.",
    samples: toHistogramSamples({ task: "a" }, [1, 5], [2, 1, 1], 12.5),
  },
];

describe("the port for metrics", () => {
  it("answers a scrape in Prometheus's text format, labels escaped and histograms added up", async () => {
    const opened = await openMetricsPort({ port: 0, host: "127.0.0.1", prefix: "x", log: silentLog, read });
    const answer = await fetch(`http://127.0.0.1:${opened.port}/metrics`);
    expect(answer.headers.get("content-type")).toBe("text/plain; version=0.0.4; charset=utf-8");
    const body = await answer.text();
    expect(body).toContain('# TYPE x_runs_total counter\nx_runs_total{task="a \\"b\\"\\n\\\\"} 3\n');
    expect(body).toContain(
      '# TYPE x_took_seconds histogram\nx_took_seconds_bucket{task="a",le="1"} 2\nx_took_seconds_bucket{task="a",le="5"} 3\n' +
        'x_took_seconds_bucket{task="a",le="+Inf"} 4\nx_took_seconds_sum{task="a"} 12.5\nx_took_seconds_count{task="a"} 4\n',
    );
    expect(body).toMatch(/\nx_resident_memory_bytes \d{6,}\n/);
    expect((await fetch(`http://127.0.0.1:${opened.port}/`)).status).toBe(404);
    await opened.stop();
    await expect(fetch(`http://127.0.0.1:${opened.port}/metrics`)).rejects.toThrow();
  });

  it("says that its port is taken, and lets the process work without it", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => other.once("listening", resolve));
    const { port } = other.address() as AddressInfo;
    const warnings: string[] = [];
    const log = { ...silentLog, warn: (_fields: object, message: string) => void warnings.push(message) };
    const opened = await openMetricsPort({ port, host: "127.0.0.1", prefix: "x", log, read });
    expect([opened.port, warnings]).toEqual([null, [expect.stringContaining("METRICS_PORT cannot be listened on")]]);
    await opened.stop();
    other.close();
  });

  it("opens none where no port is set", async () => {
    expect((await openMetricsPort({ port: null, host: "", prefix: "x", log: silentLog, read })).port).toBeNull();
  });
});
