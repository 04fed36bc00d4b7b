import { Prisma } from "@drumline/db";
import { RateLimited, UnusableAnswer } from "@drumline/outbound/http";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";

import { openShipping, type ShippingUnderTest } from "../../test/shipping-under-test.ts";
import { storePackages } from "../../test/stored-packages.ts";
import type { ParcelEvent, Tracking } from "@drumline/outbound/carriers";
import { omsHandlers } from "../tasks.ts";

const daily = omsHandlers["oms.shipments.tasks.update_all_tracking_information"];

const SITE = { system: "Carrier evil", method: "GET", url: "http://c/" };
const SHIPPED_AT = "2026-11-20T12:30:00Z";

let shipping: ShippingUnderTest;
let good: bigint[];
let bad: bigint[];
beforeAll(async () => void (shipping = await openShipping()));
afterAll(() => shipping.close());
beforeEach(async () => {
  await shipping.clear();
  good = await storeParcels("jadlog", 6);
  bad = await storeParcels("evil", 2);
  for (const id of good) shipping.carriers.say(`jadlog-${id}`, [SHIPPED_AT, "SHIPPING"]);
});

async function storeParcels(carrier: string, count: number): Promise<bigint[]> {
  const packages = await storePackages(
    shipping.db,
    Array.from({ length: count }, () => ({ state: "SHIPPED" as const })),
  );
  const rows = await shipping.db.$queryRaw<{ packageId: bigint }[]>(Prisma.sql`
    INSERT INTO shipment (package_id, carrier_code, tracking_number, next_poll_at, created_at, updated_at)
    SELECT id, ${carrier}, ${`${carrier}-`} || id, ${shipping.clock.now()}, ${shipping.clock.now()}, ${shipping.clock.now()}
    FROM unnest(${packages.map(({ packageId }) => packageId)}::bigint[]) id
    RETURNING package_id AS "packageId"`);
  return rows.map(({ packageId }) => packageId);
}

/** The carrier "evil" says this of each of its parcels, past every check at the border. */
const evilSays = (answer: () => Promise<Tracking>) => ({
  ...shipping.carriers,
  track: (carrier: string, number: string, signal: AbortSignal) =>
    carrier === "evil" ? answer() : shipping.carriers.track(carrier, number, signal),
});
const poll = async (answer: () => Promise<Tracking>) => {
  const run = shipping.start({}, evilSays(answer));
  return { result: await daily(run.context), problems: run.problems };
};
const event = (overrides: Partial<ParcelEvent>): ParcelEvent => ({
  occurredAt: new Date(SHIPPED_AT),
  status: "SHIPPING",
  location: null,
  description: null,
  ...overrides,
});
const tracking = (overrides: Partial<ParcelEvent>) => async (): Promise<Tracking> => ({
  status: "SHIPPING",
  events: [event(overrides)],
});
const parcelsOf = (packageIds: readonly bigint[]) =>
  shipping.db.shipment.findMany({ where: { packageId: { in: [...packageIds] } }, orderBy: { id: "asc" } });

describe("one carrier's answer", () => {
  it.each([
    ["an event with a NUL character", tracking({ description: "a\0b" }), /22P05/],
    ["half of an emoji", tracking({ location: "\ud83d" }), /22P02|22P05/],
    ["the year 0", tracking({ occurredAt: new Date("0000-01-01T00:00:00Z") }), /2200[78]/],
    ["the year 10000", tracking({ occurredAt: new Date("9999-12-31T23:59:59-23:59") }), /2200[789]/],
    ["no date at all", tracking({ occurredAt: new Date(Number.NaN) }), /23502/],
  ])("that cannot be stored fails its own parcels alone: %s", async (_, answer, reason) => {
    const { result, problems } = await poll(answer);
    expect(result).toMatchObject({ polled: 8, moved: 6, events: 6, failed: 2 });
    expect(problems).toHaveLength(2);
    expect(await parcelsOf(good)).toEqual(
      good.map(() => expect.objectContaining({ status: "SHIPPING", pollFailures: 0, pollError: null })),
    );
    for (const parcel of await parcelsOf(bad)) {
      expect(parcel).toMatchObject({ status: "CREATED", pollFailures: 1, claimedBy: null });
      expect(parcel.pollError).toMatch(/^what the carrier says of it cannot be stored: /);
      expect(parcel.pollError).toMatch(reason);
    }
    shipping.clock.advance(3_600_000);
    expect((await poll(tracking({}))).result).toMatchObject({ polled: 8, moved: 2, failed: 0 });
  });

  it("in the words of a stranger is kept as why its parcels were not polled", async () => {
    const page = `answered 500: "${"x".repeat(3_000)}\0"`;
    await poll(async () => {
      throw new UnusableAnswer(SITE, page);
    });
    expect(await parcelsOf(good)).toEqual(good.map(() => expect.objectContaining({ status: "SHIPPING" })));
    for (const { pollError } of await parcelsOf(bad)) expect(pollError).toMatch(/answered 500: "x+…$/);
  });

  it.each([[1e20], [99_999_999_999_000], [Number.NaN]])(
    "that asks for a pause of %d ms is asked again within a day",
    async (retryAfterMs) => {
      await poll(async () => {
        throw new RateLimited(SITE, retryAfterMs);
      });
      expect(await parcelsOf(good)).toEqual(good.map(() => expect.objectContaining({ status: "SHIPPING" })));
      for (const { nextPollAt, pollFailures } of await parcelsOf(bad)) {
        expect(pollFailures).toBe(1);
        expect(nextPollAt).toEqual(new Date("2026-11-21T13:00:00Z"));
      }
    },
  );

  it("that tells very much is saved in parts, the others' with it", async () => {
    await storeParcels("evil", 28);
    const events = Array.from({ length: 200 }, (_, index) =>
      event({ occurredAt: new Date(1_763_640_000_000 + index) }),
    );
    const { result } = await poll(async () => ({ status: "SHIPPING", events }));
    expect(result).toMatchObject({ polled: 36, moved: 36, failed: 0, events: 6 + 30 * 200 });
    expect(await shipping.db.trackingEvent.count()).toBe(6_006);
  });

  it("that breaks our own code fails its own parcels alone", async () => {
    const { result } = await poll(async () => (undefined as unknown as Tracking).status as never);
    expect(result).toMatchObject({ polled: 8, moved: 6, failed: 2 });
  });
});
