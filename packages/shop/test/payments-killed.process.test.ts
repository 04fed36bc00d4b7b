import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { fileURLToPath } from "node:url";

import { HOUR_MS, manualClock } from "@drumline/core/clock";
import {
  askSandbox,
  type Sandbox,
  startSandbox,
  startTaskRun,
  testDatabase,
  type TestDatabase,
} from "@drumline/testing";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

import type { ShopAtWork } from "./children/work-until-killed.ts";
import { sandboxGateways } from "./sandbox-outside.ts";
import { NOON } from "./shop-rows.ts";
import { fillShop, outcomeOf, type SandboxMail } from "./shop-to-kill.ts";
import { workOnOrders } from "./shop-work.ts";

const CHILD = fileURLToPath(new URL("children/work-until-killed.ts", import.meta.url));
/** One process is killed for so many steps. */
const SHOPS = 21;

/** Whatever step it was. */
const EXPECTED = {
  paid: "CONFIRMED, confirmed, SALE A 2, shop.order.confirmed",
  unpaid: "CANCELLED, cancelled, shop.order.cancelled",
  late: "CANCELLED, late 1000 REFUNDED, refunded, shop.refund.due, shop.refund.refunded",
  packed: "PACKED, packed",
  takenBack: "PACKED, packed",
  sold: "2",
  refundsAtProvider: 1,
  labels: ["BOUGHT, and the carrier has 1", "VOIDED, and the carrier has 0"],
  mails: ["shop-cancelled", "shop-confirmed", "shop-packed", "shop-refunded"],
};

const hoursAfterNoon = (hours: number): Date => new Date(NOON.getTime() + hours * HOUR_MS);

describe("the work on orders, killed with SIGKILL", () => {
  let stores: TestDatabase[];
  let sandbox: Sandbox;
  let outside: ReturnType<typeof sandboxGateways>;
  beforeAll(async () => {
    const databases = Array.from({ length: SHOPS }, async () => await testDatabase({ maxConnections: 2 }));
    const started = startSandbox({ env: { SANDBOX_MAILS_PER_SECOND: "1000" } });
    [sandbox, ...stores] = await Promise.all([started, ...databases]);
    outside = sandboxGateways(sandbox.url);
  });
  afterAll(async () => await Promise.all([sandbox?.close(), ...(stores ?? []).map((store) => store.close())]));

  it("at any step, has each effect once after it is tried again", async () => {
    const places: string[] = [];
    for (let isOver = false; !isOver;) {
      // The label that goes back is sold at one o'clock: an hour later its parcel may be under way.
      await setClock(1);
      const filled = await Promise.all(stores.map(async ({ db }) => await fillShop(db, sandbox.url, outside)));
      const first = places.length + 1;
      const shops = stores.map(({ url }, index) => ({
        databaseUrl: url,
        runId: randomUUID(),
        stopsAt: first + index,
      }));
      await setClock(0);
      const stood = await workUntilKilled(shops);
      // After an hour Mollie has forgotten the keys of refunds; after four they are through.
      for (const hours of [1, 4]) {
        await setClock(hours);
        await Promise.all(shops.map(async (shop, index) => await workAgain(stores[index]!, shop, hours)));
      }
      const mailbox = await askSandbox<SandboxMail[]>(sandbox.url, "GET", "/mailbox");
      for (const [index, { stopsAt }] of shops.entries()) {
        const { outcome, unknown } = await outcomeOf(stores[index]!.db, outside, filled[index]!, mailbox);
        const place = `step ${stopsAt}: ${stood[index] ?? "it was over"}`;
        const problems = Array.from({ length: unknown }, () => "MAIL_UNKNOWN");
        expect({ place, ...outcome }).toEqual({ place, ...EXPECTED, problems });
        // Only the one mail that was on its way.
        expect(unknown).toBeLessThanOrEqual(stood[index] === null ? 0 : 1);
      }
      places.push(...stood.filter((name) => name !== null));
      isOver = stood.includes(null);
    }
    expect(places.length).toBeGreaterThan(90);
    const calls = [
      "mollie.get",
      "mollie.cancel",
      "mollie.refund",
      "carrier.buyLabel",
      "carrier.voidLabel",
      "mailer.send",
    ];
    expect(places).toEqual(expect.arrayContaining(calls.flatMap((call) => [`before ${call}`, `after ${call}`])));
  }, 600_000);

  const setClock = async (hours: number) =>
    await askSandbox(sandbox.url, "PUT", "/clock", { virtualNow: hoursAfterNoon(hours).toISOString(), speed: 0 });

  /** Where each shop stood when the process was killed; null for one whose work was over. */
  function workUntilKilled(shops: readonly ShopAtWork[]): Promise<(string | null)[]> {
    const args = ["--import", "tsx", CHILD, sandbox.url, NOON.toISOString(), JSON.stringify(shops)];
    return new Promise((resolve, reject) => {
      execFile(process.execPath, args, (error, output, complaints) => {
        if (error === null || error.signal === "SIGKILL") resolve(JSON.parse(output) as (string | null)[]);
        else reject(new Error(complaints));
      });
    });
  }

  /** The dead run's own next try, which takes back what it had; for every second step another run, once claims are over. */
  async function workAgain({ db }: TestDatabase, { runId, stopsAt }: ShopAtWork, hours: number): Promise<void> {
    const isOther = stopsAt % 2 === 0;
    if (isOther) await letClaimsEnd(db);
    const run = { id: isOther ? randomUUID() : runId, attempt: 1 + hours };
    const clock = manualClock(hoursAfterNoon(hours));
    await workOnOrders(startTaskRun(db, outside, { run, clock }).context);
  }
});

/** Claims end by the database's clock. */
async function letClaimsEnd(db: TestDatabase["db"]): Promise<void> {
  for (const table of ["shop_order", "shop_payment", "shop_refund", "shop_notice", "shop_label"])
    await db.$executeRawUnsafe(
      `UPDATE ${table} SET claimed_until = now() - interval '1 s' WHERE claimed_until IS NOT NULL`,
    );
  await db.$executeRaw`UPDATE mail SET sending_since = now() - interval '3 minutes' WHERE status = 'SENDING'`;
}
