import { formatTable } from "./table.ts";
import type { ReplayReport } from "@drumline/replay";

/** The report for a person, in as many lines as it takes. */
export function printReport(report: ReplayReport): string {
  const { orders, byStatus, wrong, brokenInvariants, tasks, events, virtual, stores } = report;
  return [
    "",
    `${virtual.from.slice(0, 10)} to ${virtual.to.slice(0, 10)} in ${report.seconds} s: ${virtual.steps} steps` +
      ` (${virtual.skipped} empty ones left out), ${report.ordersPerSecond} orders/s`,
    `${virtual.idle} due runs left out because nothing waited for them (--idle-runs runs them too)`,
    `stores: ${stores.packed} packages handled, ${stores.sent} transfers sent, ${stores.missing} found short, ` +
      `${stores.refused} commands refused; ${report.workersKilled} workers killed`,
    "",
    formatTable(
      ["dataset", "orders", "as expected", "ended as"],
      byStatus.map((row) => [row.status, String(row.orders), String(row.asExpected), inWords(row.states)]),
    ),
    "",
    formatTable(
      ["task", "runs", "failed", "retries", "problems", "p50 ms", "p95 ms"],
      tasks.map((row) => [
        row.task,
        ...[row.runs, row.failed, row.retries, row.problems, row.p50Ms, row.p95Ms].map((figure) =>
          String(figure ?? ""),
        ),
      ]),
    ),
    "",
    `orders       ${orders.asExpected} of ${orders.total} as expected`,
    ...wrong.map(({ number, status, problems }) => `  ${number} (${status}): ${problems.join("; ")}`),
    `invariants   ${brokenInvariants.length === 0 ? "all hold" : `${brokenInvariants.length} broken`}`,
    ...brokenInvariants.flatMap(({ invariant, rows }) => [`  ${invariant}`, ...rows.slice(0, 3).map(toLine)]),
    `events       ${events.recorded} recorded, ${events.delivered} delivered, ${events.accepted} accepted once of ` +
      `${events.received} received, ${events.invalid} invalid, ${events.waiting} waiting, ${events.givenUp} given up`,
    report.ok ? "all as expected" : "NOT as expected",
  ].join("\n");
}

const inWords = (states: Readonly<Record<string, number>>): string =>
  Object.entries(states)
    .map(([state, count]) => `${state} ${count}`)
    .join(", ");

const toLine = (row: object): string =>
  `    ${JSON.stringify(row, (_, value: unknown) => (typeof value === "bigint" ? String(value) : value))}`;
