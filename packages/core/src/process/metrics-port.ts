import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

import { optionalInteger, text } from "../config/index.ts";
import { messageOf } from "../errors/index.ts";
import type { Log } from "../log/index.ts";
import { watchEventLoop } from "./event-loop-watch.ts";
import { formatMetrics, type MetricFamily, METRICS_CONTENT_TYPE } from "./metrics-text.ts";

/** Of processes that serve no HTTP otherwise; the api has `/metrics`. */
export const metricsSettings = {
  metricsPort: optionalInteger("METRICS_PORT", {
    min: 1,
    max: 65_535,
    about:
      "Port on which a beat or worker answers GET /metrics for Prometheus; each process of a machine needs its own. Empty: none, and the api's /metrics tells of all of them.",
    example: "9464",
  }),
  metricsHost: text("METRICS_HOST", {
    fallback: "127.0.0.1",
    about: "Address of METRICS_PORT. It asks for no token, and tells no more than names of tasks and numbers.",
  }),
} as const;

export interface MetricsPortOptions {
  /** Null: nothing listens. */
  readonly port: number | null;
  readonly host: string;
  /** The beginning of every name: `drumline_worker`. */
  readonly prefix: string;
  readonly log: Log;
  /** What the process tells of its work; how it does itself is added. */
  readonly read: () => readonly MetricFamily[];
}

export interface MetricsPort {
  /** Null where nothing listens. */
  readonly port: number | null;
  stop(): Promise<void>;
}

const NOTHING: MetricsPort = { port: null, stop: async () => {} };

/** Answers scrapes. A port that is taken is a line in the log and no reason for a process not to work. */
export async function openMetricsPort({ port, host, prefix, log, read }: MetricsPortOptions): Promise<MetricsPort> {
  if (port === null) return NOTHING;
  const watch = watchEventLoop();
  const server = createServer((request, response) => {
    if (request.method !== "GET" || request.url?.split("?")[0] !== "/metrics") {
      response.writeHead(404, { "content-type": "text/plain" }).end("GET /metrics\n");
      return;
    }
    const loop = watch.look();
    const own = processMetrics(prefix, { "0.5": loop.p50Ms, "0.99": loop.p99Ms, "1": loop.maxMs });
    response.writeHead(200, { "content-type": METRICS_CONTENT_TYPE }).end(formatMetrics([...read(), ...own]));
  });
  try {
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(port, host, resolve);
    });
  } catch (error) {
    watch.stop();
    log.warn({ port, host, error: messageOf(error) }, "no metrics are served: METRICS_PORT cannot be listened on");
    return NOTHING;
  }
  // A scraper that stays connected holds up no stop.
  server.unref();
  return {
    port: (server.address() as AddressInfo).port,
    stop: async () => {
      watch.stop();
      server.close();
      server.closeAllConnections();
    },
  };
}

function processMetrics(prefix: string, loopMs: Readonly<Record<string, number>>): MetricFamily[] {
  const { rss, heapUsed } = process.memoryUsage();
  const { user, system } = process.cpuUsage();
  return [
    gauge(
      `${prefix}_start_time_seconds`,
      "When the process started, since 1970.",
      Date.now() / 1_000 - process.uptime(),
    ),
    gauge(`${prefix}_resident_memory_bytes`, "Memory that the process holds.", rss),
    gauge(`${prefix}_heap_used_bytes`, "Of it, what its objects take.", heapUsed),
    {
      name: `${prefix}_cpu_seconds_total`,
      kind: "counter",
      help: "Processor time that the process has used.",
      samples: [{ value: (user + system) / 1_000_000 }],
    },
    {
      name: `${prefix}_event_loop_delay_seconds`,
      kind: "gauge",
      help: "How late the event loop ran since the last scrape: quantiles 0.5, 0.99 and 1, the longest block.",
      samples: Object.entries(loopMs).map(([quantile, ms]) => ({ labels: { quantile }, value: ms / 1_000 })),
    },
  ];
}

const gauge = (name: string, help: string, value: number): MetricFamily => ({
  name,
  kind: "gauge",
  help,
  samples: [{ value }],
});
