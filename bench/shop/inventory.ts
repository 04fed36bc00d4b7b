import { type Database, Prisma } from "@drumline/db";

import { printFigures } from "../print-figures.ts";
import { startBenchSystem } from "../system.ts";
import { timeRun } from "../time-run.ts";

const MOVEMENTS = Number(process.env["BENCH_MOVEMENTS"] ?? 500_000);
const PRODUCTS = 10_000;

/** Recorded movements through the running system: every product moved, then one product moved alone. Levels are compared after each. */
export async function benchInventory(): Promise<void> {
  const system = await startBenchSystem();
  const worker = await system.startWorker();
  worker.forgetPeak();
  try {
    await system.db.$executeRaw(Prisma.sql`
      INSERT INTO shop_product (sku, title, on_hand, created_at, updated_at)
      SELECT 'p' || n, 'p' || n, 0, now(), now() FROM generate_series(1, ${PRODUCTS}) AS n`);
    for (const [what, products] of [
      ["10,000 products", PRODUCTS],
      ["one product", 1],
    ] as const) {
      await recordMovements(system.db, what, products);
      const cpuBefore = worker.cpuSeconds();
      const { ms } = await timeRun(system, "shop.inventory.tasks.update_products_inventory");
      await expectNoDifference(system.db);
      printFigures(`${MOVEMENTS.toLocaleString("en")} movements of ${what}`, {
        "movements/s": Math.round((MOVEMENTS / ms) * 1_000),
        seconds: (ms / 1_000).toFixed(1),
        "worker CPU s": (worker.cpuSeconds() - cpuBefore).toFixed(1),
        "worker RSS MB": worker.rssMegabytes(),
      });
    }
  } finally {
    await system.close();
  }
}

/** Each product gets more than it loses, in the order in which a shop would tell it. */
async function recordMovements(db: Database, what: string, products: number): Promise<void> {
  await db.$executeRaw(Prisma.sql`
    INSERT INTO shop_movement (sku, kind, quantity, actor, source, source_ref, occurred_at, recorded_at)
    SELECT 'p' || n % ${products} + 1, (CASE WHEN n <= ${MOVEMENTS} / 2 THEN 'RECEIVED' ELSE 'SALE' END)::shop_movement_kind,
      CASE WHEN n <= ${MOVEMENTS} / 2 THEN 2 ELSE 1 END, 'bench', ${what}, n::text, now(), now()
    FROM generate_series(1, ${MOVEMENTS}) AS n`);
  await db.$executeRaw(Prisma.sql`ANALYZE shop_movement, shop_product`);
}

async function expectNoDifference(db: Database): Promise<void> {
  const [row] = await db.$queryRaw<[{ waiting: number; differences: number }]>(Prisma.sql`
    SELECT (SELECT count(*)::int FROM shop_movement WHERE applied_at IS NULL) AS waiting, count(*)::int AS differences
    FROM shop_product LEFT JOIN (SELECT sku, sum(effect) AS effect FROM shop_movement GROUP BY sku) AS moved USING (sku)
    WHERE on_hand <> coalesce(moved.effect, 0)`);
  if (row.waiting + row.differences > 0)
    throw new Error(`${row.waiting} movements wait, and ${row.differences} levels are not the sum of theirs`);
}
