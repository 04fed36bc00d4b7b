import { createMappingRunner } from "@drumline/connectors/mapping";

import { printFigures } from "./print-figures.ts";

const ORDERS = Number(process.env["BENCH_ORDERS"] ?? 20_000);
/** Fewer than the number of the first order that ends a process. */
const WARM_UP = 900;
/** The mapping of docs/ecomnow.md. */
const EXPRESSION = `{
  "external_id": $string(no), "currency": currency, "paid_minor": $round($number(total) * 100), "placed_at": at,
  "lines": [positions.{ "sku": art, "quantity": qty, "price_minor": $round($number(price) * 100) }]
}`;

/** Orders of five lines through the mapping runner, with one and with two child processes, and with one in 5,000 that ends its process. */
export async function benchMappings(): Promise<void> {
  for (const children of [1, 2])
    await benchRunner(children, EXPRESSION, children === 1 ? "1 child" : `${children} children`);
  const deadly = `(no % 5000 = 4999 ? $pad("", 500000000, "x") : ${EXPRESSION})`;
  await benchRunner(2, deadly, "2 children, one order in 5,000 ends its process");
}

async function benchRunner(children: number, expression: string, what: string): Promise<void> {
  const runner = createMappingRunner({ children });
  const mapping = await runner.openMapping(expression);
  const mapAll = async (count: number): Promise<number> => {
    let failed = 0;
    for await (const { error } of mapping.mapAll(Array.from({ length: count }, (_, no) => toOrder(no))))
      if (error !== null) failed += 1;
    return failed;
  };
  await mapAll(WARM_UP);
  const startedAtMs = performance.now();
  const cpuBefore = process.cpuUsage();
  const failed = await mapAll(ORDERS);
  const ms = performance.now() - startedAtMs;
  const { user, system } = process.cpuUsage(cpuBefore);
  runner.close();
  printFigures(`mapping of ${ORDERS.toLocaleString("en")} orders, ${what}`, {
    "orders/s": Math.round((ORDERS / ms) * 1_000),
    failed,
    "own CPU s": ((user + system) / 1e6).toFixed(2),
  });
}

const toOrder = (no: number) => ({
  no,
  currency: "EUR",
  total: "10.00",
  at: "2026-11-20T10:00:00Z",
  positions: Array.from({ length: 5 }, (_, line) => ({ art: `A${line}`, qty: 1, price: "2.00" })),
});
