import { type CommandLine, openCommandLine } from "@drumline/testing";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

/** Each erasure is a process of its own. */
const SLOW_MS = 180_000;
const NOW = new Date();
const times = { createdAt: NOW, updatedAt: NOW };
const order = { currency: "EUR", totalMinor: 1n, placedAt: NOW, ...times };

describe("drumline erase", () => {
  let cli: CommandLine;
  beforeAll(async () => void (cli = await openCommandLine()));
  afterAll(() => cli.close());

  const erase = (...args: string[]) => cli.run("erase", ...args);

  /** A customer with a cart, a guest's cart, and an order with a parcel at the door and one on its way. */
  async function putPerson(name: string) {
    const { db } = cli;
    const email = `${name}@Example.com`;
    const person = { email, emailKey: email.toLowerCase(), name };
    const customer = await db.shopCustomer.create({ data: { reference: name, ...person, ...times } });
    const cart = { currency: "EUR", lastActivityAt: NOW, ...times };
    const lines = { create: [{ lineNo: 1, sku: "MUG", title: "Mug", quantity: 1, priceMinor: 1n }] };
    await db.shopCart.create({ data: { reference: `${name} 1`, customerId: customer.id, ...cart, lines } });
    const checkout = { reference: name, step: "ADDRESS", lastActivityAt: NOW, createdAt: NOW, ...person };
    await db.shopCart.create({ data: { reference: `${name} 2`, ...cart, lines, checkouts: { create: [checkout] } } });
    const { id: orderId } = await db.shopOrder.create({
      data: { reference: name, customerId: customer.id, ...person, ...order },
    });
    for (const status of ["DELIVERED", "SHIPPED"] as const)
      await db.shopParcel.create({
        data: {
          reference: `${name} ${status}`,
          orderId,
          status,
          carrier: "postnl",
          trackingNumber: `3S${name}${status}`,
          trackingUrl: `https://carrier.example/3S${name}${status}`,
          packedAt: NOW,
          lastCheckError: `nobody at ${email}`,
        },
      });
  }
  const carts = async (name: string) =>
    (
      await cli.db.shopCart.findMany({
        where: { reference: { startsWith: name } },
        include: { lines: true },
        orderBy: { reference: "asc" },
      })
    ).map(({ status, customerId, lines }) => [status, customerId === null, lines.length]);
  const parcels = async (name: string) =>
    (await cli.db.shopParcel.findMany({ where: { reference: { startsWith: name } }, orderBy: { id: "asc" } })).map(
      ({ trackingNumber, trackingUrl, lastCheckError }) => [trackingNumber, trackingUrl, lastCheckError],
    );

  it(
    "forgets a person, says what was kept and why, and leaves everybody else",
    async () => {
      await putPerson("ada");
      await putPerson("bram");
      const would = await erase("--email", "ADA@example.com", "--dry-run");
      expect(would).toMatchObject({ code: 0, errors: expect.stringContaining("nothing was changed") });
      expect(await cli.db.shopCustomer.count({ where: { emailKey: "ada@example.com" } })).toBe(1);

      const done = await erase("--email", " ADA@example.com ", "--by", "Olga", "--json");
      expect(done).toMatchObject({ code: 0, errors: "" });
      expect(JSON.parse(done.output)).toEqual(
        expect.arrayContaining([
          expect.objectContaining({ table: "shop_cart", act: "ANONYMISE", rows: 2 }),
          expect.objectContaining({ table: "shop_checkout", act: "ERASE", rows: 1 }),
          expect.objectContaining({ table: "shop_customer", act: "ANONYMISE", rows: 1 }),
          expect.objectContaining({ table: "shop_parcel", act: "ANONYMISE", rows: 1 }),
          expect.objectContaining({
            table: "shop_parcel",
            act: "KEEP",
            rows: 1,
            reason: expect.stringContaining("has not arrived"),
          }),
          expect.objectContaining({ table: "shop_order", act: "KEEP", reason: expect.stringContaining("7 years") }),
        ]),
      );
      // What was in the carts stays, and nobody's name does.
      expect(await carts("ada")).toEqual([
        ["ANONYMISED", true, 1],
        ["ANONYMISED", true, 1],
      ]);
      const [arrived, underWay] = await parcels("ada");
      expect(arrived).toEqual([null, null, expect.not.stringContaining("ada@")]);
      expect(underWay).toEqual([
        "3SadaSHIPPED",
        "https://carrier.example/3SadaSHIPPED",
        expect.not.stringContaining("ada@"),
      ]);
      expect(await carts("bram")).toEqual([
        ["OPEN", false, 1],
        ["OPEN", true, 1],
      ]);
      expect((await parcels("bram")).map(([number]) => number)).toEqual(["3SbramDELIVERED", "3SbramSHIPPED"]);
      const audit = await cli.db.auditEvent.findMany();
      expect(JSON.stringify(audit, (_, value: unknown) => String(value))).not.toMatch(/ada@/i);

      // Once the parcel has arrived, a second erasure takes what is left of it.
      await cli.db.shopParcel.updateMany({ data: { status: "DELIVERED" } });
      await erase("--email", "ada@example.com");
      expect((await parcels("ada")).map(([number, url]) => [number, url])).toEqual([
        [null, null],
        [null, null],
      ]);
    },
    SLOW_MS,
  );

  it(
    "exits with 2 for what is no address, and says so for a stranger",
    async () => {
      expect(await erase("--email", "ada")).toMatchObject({ code: 2, errors: expect.stringContaining("--email ada") });
      expect(await erase()).toMatchObject({ code: 2, errors: expect.stringContaining("--email") });
      const nobody = await erase("--email", "nobody@example.com", "--dry-run");
      expect(nobody).toMatchObject({ code: 0, output: "nothing was found\n" });
    },
    SLOW_MS,
  );
});
