import { countWork } from "@drumline/oms/queries";
import { collectDefaultMetrics, Counter, Gauge, Registry } from "prom-client";

import type { Api, ApiParts } from "../api.ts";
import { checkHealth } from "../health/check-health.ts";
import { loadQueues } from "../queues/queues.ts";
import { loadRunCounts } from "./run-counts.sql.ts";
import { loadScheduleSuccess } from "./schedule-success.sql.ts";
import { GAUGES, type Scrape } from "./gauges.ts";

export function addMetricsRoute(app: Api, parts: ApiParts): void {
  const { contentType, collect } = createMetrics(parts);
  app.get(
    "/metrics",
    {
      schema: {
        summary: "Prometheus metrics",
        description: "Asks the databases at each scrape; any number of apis may be scraped, and each says the same.",
        tags: ["health"],
        produces: ["text/plain"],
      },
    },
    async (_request, reply) => reply.type(contentType).send(await collect()),
  );
}

/** One set of gauges and counters for a server, filled anew at each scrape: the truth is in the databases, not in this process. */
function createMetrics(parts: ApiParts) {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: "drumline_api_" });
  const sources = GAUGES.map(({ name, kind, help, labels, read }) => {
    const options = { name: `drumline_${name}`, help, labelNames: labels, registers: [registry] };
    return { read, metric: kind === "gauge" ? new Gauge(options) : new Counter(options) };
  });

  const collect = async (): Promise<string> => {
    const scrape = await loadScrape(parts);
    for (const { metric, read } of sources) {
      // A state that nothing is in any more must not keep its last value.
      metric.reset();
      for (const { labels, value } of read(scrape)) metric.inc({ ...labels }, value);
    }
    return registry.metrics();
  };
  return { contentType: registry.contentType, collect };
}

async function loadScrape(parts: ApiParts): Promise<Scrape> {
  const { reasons, facts } = await checkHealth(parts);
  const now = parts.clock.now();
  const [queues, runs, work, schedules] = await Promise.all([
    loadQueues(parts).catch(() => []),
    facts === null ? null : loadRunCounts(parts.db, now),
    facts === null ? null : countWork(parts.db),
    facts === null ? null : loadScheduleSuccess(parts.db, now),
  ]);
  return { reasons, facts, queues, runs, work, schedules };
}
