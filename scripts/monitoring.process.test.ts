import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";

import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

import {
  type AppProcess,
  startApp,
  testDatabase,
  type TestDatabase,
  testRedis,
  type TestRedis,
} from "@drumline/testing";

const ALERTS = "deploy/prometheus/alerts.yml";
const TOKEN = "monitoring-test-token-of-enough-letters";

interface Panel {
  readonly title: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly targets: readonly { readonly expr: string }[];
}

const alertsText = readFileSync(ALERTS, "utf8");
const alerts = alertsText
  .split(/^ {6}- alert: /m)
  .slice(1)
  .map((text) => ({ name: text.split("\n", 1)[0]!, text, expr: /^ {8}expr: (.*)$/m.exec(text)?.[1] ?? "" }));
const { panels } = JSON.parse(readFileSync("deploy/grafana/drumline.json", "utf8")) as { panels: Panel[] };

const metricsIn = (expr: string): string[] => [...expr.matchAll(/\bdrumline_\w+/g)].map(([name]) => name);

/** Names that `# TYPE` announces; a histogram's are three. */
function namesIn(scraped: string): string[] {
  return [...scraped.matchAll(/^# TYPE (\S+) (\S+)$/gm)].flatMap(([, name, kind]) =>
    kind === "histogram" ? ["bucket", "sum", "count"].map((part) => `${name}_${part}`) : [name!],
  );
}

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });

describe("what deploy/ watches with Prometheus and Grafana", () => {
  let database: TestDatabase;
  let redis: TestRedis | null;
  const apps: AppProcess[] = [];
  const scraped: Record<string, string> = {};
  beforeAll(async () => {
    [database, redis] = await Promise.all([testDatabase(), testRedis()]);
    const databases = { DATABASE_URL: database.url, REDIS_URL: redis?.url ?? "" };
    const ports = { api: await freePort(), beat: await freePort(), worker: await freePort() };
    apps.push(
      startApp("api", { ...databases, API_PORT: String(ports.api), API_ADMIN_TOKEN: TOKEN }),
      startApp("beat", { ...databases, METRICS_PORT: String(ports.beat) }),
      startApp("worker", { ...databases, METRICS_PORT: String(ports.worker), WORKER_QUEUES: "oms" }),
    );
    await Promise.all(apps.map((app) => app.ready()));
    for (const [app, port] of Object.entries(ports)) {
      const answer = await fetch(`http://127.0.0.1:${port}/metrics`, { headers: { authorization: `Bearer ${TOKEN}` } });
      scraped[app] = await answer.text();
    }
  });
  afterAll(async () => {
    await Promise.all(apps.map((app) => app.kill("SIGTERM")));
    await Promise.all([database.close(), redis?.close()]);
  });

  it("asks only for metrics that one of the processes exports", () => {
    const exported = new Set(Object.values(scraped).flatMap(namesIn));
    const asked = [
      ...alerts.flatMap(({ expr }) => metricsIn(expr)),
      ...panels.flatMap(({ targets }) => targets.flatMap(({ expr }) => metricsIn(expr))),
    ];
    expect(asked.length).toBeGreaterThan(30);
    expect([...new Set(asked)].filter((name) => !exported.has(name))).toEqual([]);
  });

  it("has every process tell of itself", () => {
    expect(scraped["beat"]).toMatch(/^drumline_beat_env_schedules [1-9]\d*$/m);
    expect(scraped["beat"]).toMatch(/^drumline_beat_last_reconcile_timestamp_seconds 1\d{9}/m);
    expect(scraped["worker"]).toMatch(/^drumline_worker_runs_capacity 20$/m);
    expect(scraped["worker"]).toMatch(/^drumline_worker_event_loop_delay_seconds\{quantile="0.99"\} /m);
    expect(scraped["api"]).toMatch(/^drumline_schedule_period_seconds\{schedule="get-omnitron-orders-cron"\} 60$/m);
  });

  it("has alerts that say what happened and what to do, each with a severity", () => {
    expect(alerts.length).toBeGreaterThan(8);
    for (const { name, text, expr } of alerts) {
      expect(name).toMatch(/^Drumline[A-Z]\w+$/);
      expect(metricsIn(expr).length).toBeGreaterThan(0);
      expect(text).toMatch(/^ {8}labels: \{ severity: (page|warning) \}$/m);
      expect(text).toMatch(/^ {10}summary: \S/m);
      expect(text).toMatch(/^ {10}what: \S/m);
    }
    expect(new Set(alerts.map(({ name }) => name)).size).toBe(alerts.length);
  });

  it("has panels that lie beside each other, each with a question", () => {
    const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, no) => `${x + (no % w)}:${y + Math.floor(no / w)}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
    expect(panels.every(({ gridPos: { x, w } }) => x + w <= 24)).toBe(true);
    expect(panels.filter(({ targets }) => targets.every(({ expr }) => metricsIn(expr).length === 0))).toEqual([]);
  });

  it("has rules that promtool takes, where it is installed", () => {
    const { error, status, stdout, stderr } = spawnSync("promtool", ["check", "rules", ALERTS], { encoding: "utf8" });
    if (error !== undefined) return console.warn("promtool is not installed: the rules were only read");
    expect([status, stdout + stderr]).toEqual([0, expect.stringContaining("SUCCESS")]);
  });
});
