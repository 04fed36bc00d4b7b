import { describe, expect, it } from "@jest/globals";

import { useMailsToCustomers } from "../../test/mails-to-customers.ts";

/** In 2027 the clock of Amsterdam goes from 02:00 to 03:00 on 28 March, and from 03:00 back to 02:00 on 31 October. */
describe("quiet hours of a night in which the clock is changed", () => {
  const customers = useMailsToCustomers();
  const { send, sent, putStock, putWaiting } = customers;

  const setTime = (iso: string) => customers.clock.advance(Date.parse(iso) - customers.clock.now().getTime());
  /** Each asked to be told an hour before. */
  const wait = async (productId: bigint, email: string, timeZone: string | null) => {
    const at = new Date(customers.clock.now().getTime() - 3_600_000);
    await putWaiting(productId, email, 0, { createdAt: at, confirmedAt: at, timeZone });
  };
  const toldAfter = async (iso: string, until?: { fromMinute: number; untilMinute: number }) => {
    setTime(iso);
    sent.length = 0;
    await send({}, until === undefined ? {} : { shopQuietHours: until });
    return sent.map(({ to }) => to[0]!).toSorted();
  };

  it("end when the clock has skipped their end, for whoever lives by that clock alone", async () => {
    const untilHalfPastTwo = { fromMinute: 21 * 60, untilMinute: 2 * 60 + 30 };
    setTime("2027-03-27T22:30:00Z");
    const productId = await putStock("MUG", 9);
    await wait(productId, "amsterdam@example.com", "Europe/Amsterdam");
    await wait(productId, "shop@example.com", null);
    await wait(productId, "new-york@example.com", "America/New_York");
    expect(await toldAfter("2027-03-27T22:30:00Z", untilHalfPastTwo)).toEqual(["new-york@example.com"]);
    // 01:59:59 of a night without half past two.
    expect(await toldAfter("2027-03-28T00:59:59Z", untilHalfPastTwo)).toEqual([]);
    expect(await toldAfter("2027-03-28T01:00:00Z", untilHalfPastTwo)).toEqual([
      "amsterdam@example.com",
      "shop@example.com",
    ]);
  });

  it("end an hour sooner in the shorter night, and an hour later in the longer one", async () => {
    for (const [evening, still, over] of [
      ["2027-03-27T22:30:00Z", "2027-03-28T05:59:59Z", "2027-03-28T06:00:00Z"],
      ["2027-10-30T22:30:00Z", "2027-10-31T06:59:59Z", "2027-10-31T07:00:00Z"],
    ] as const) {
      setTime(evening);
      const productId = await putStock(`MUG ${evening}`, 9);
      await wait(productId, "amsterdam@example.com", "Europe/Amsterdam");
      expect(await toldAfter(evening)).toEqual([]);
      expect(await toldAfter(still)).toEqual([]);
      expect(await toldAfter(over)).toEqual(["amsterdam@example.com"]);
    }
  });
});
