import { describe, expect, it } from "@jest/globals";

import { NOON } from "./ecomnow-run.ts";
import { HEADER, row, rows, serve, useFeeds } from "./feeds-under-test.ts";

const feeds = useFeeds();

const stock = (replaced: Readonly<Record<string, string>> = {}) =>
  `sku,quantity\n${Array.from({ length: 20 }, (_, n) => `N${n},${replaced[`N${n}`] ?? 50}\n`).join("")}`;
const product = (sku: string) => feeds.store.db.ecomnowProduct.findFirstOrThrow({ where: { sku } });

describe("a vendor's stock", () => {
  it("below zero is none, and no bad line", async () => {
    await feeds.addVendor("acme", { kind: "STOCK" });
    await feeds.runWith(serve(stock()));
    const { result, last } = await feeds.runWith(serve(stock({ N7: "-2", N8: "-2.0" })));
    expect(result).toMatchObject({ applied: 1, bad: 0, oversold: 2, notSold: 0, updated: 2, unchanged: 18 });
    expect(last.counts).toMatchObject({ oversold: 2 });
    expect(await product("N7")).toMatchObject({ quantity: 0, isActive: true });
    expect((await feeds.runWith(serve(stock({ N7: "-1", N8: "-2" })))).result).toMatchObject({ updated: 0 });
    expect((await feeds.runWith(serve(stock()))).result).toMatchObject({ updated: 2, oversold: 0 });
    expect(await product("N7")).toMatchObject({ quantity: 50 });
  });

  it("is told product by product where it changed, in the transaction that wrote it, and only where somebody wants to know", async () => {
    await feeds.addVendor("acme", { kind: "STOCK" });
    await feeds.runWith(serve(stock()));
    await feeds.runWith(serve(stock({ N1: "49" })));
    expect(await feeds.store.db.eventQueue.count()).toBe(0);
    const webhook = { owner: "o", targetUrl: "http://x", eventType: "ecomnow.*" };
    const { id } = await feeds.store.db.webhook.create({ data: webhook });
    const told = async () => {
      const events = await feeds.store.db.eventQueue.findMany({ where: { eventType: "ecomnow.stock.changed" } });
      await feeds.store.db.eventQueue.deleteMany();
      return events
        .map(({ payload }) => payload)
        .sort((one, other) => (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1));
    };
    const acme = (sku: string, quantity: number) => ({ vendor: "acme", sku, quantity });
    await feeds.runWith(serve(stock({ N1: "49", N2: "48" }) + "NEW,3\n"));
    expect(await told()).toEqual([acme("N2", 48), acme("NEW", 3)]);
    await feeds.runWith(serve(stock({ N1: "49", N2: "48" })));
    expect(await told()).toEqual([acme("NEW", 0)]);
    await feeds.runWith(serve(stock({ N1: "49", N2: "48" }) + "NEW,3\n"));
    expect(await told()).toEqual([acme("NEW", 3)]);
    await feeds.runWith(serve(stock({ N1: "49", N2: "48" }) + "NEW,3\n"));
    expect(await told()).toEqual([]);
    await feeds.store.db.webhook.delete({ where: { id } });
  });

  it.each(["", "5.5", "1 000", "+5", "many", "-9999999999", "2-"])(
    "that cannot be read is not sold: %j",
    async (quantity) => {
      await feeds.addVendor("acme", { kind: "STOCK" });
      await feeds.runWith(serve(stock()));
      const { result, last } = await feeds.runWith(serve(stock({ N7: quantity })));
      expect(result).toMatchObject({ applied: 1, bad: 1, notSold: 1, updated: 1, unchanged: 19, deactivated: 0 });
      expect(last.badLines).toEqual([expect.objectContaining({ sku: "N7", code: "BAD_QUANTITY" })]);
      expect(await product("N7")).toMatchObject({ quantity: 0, isActive: true });
      expect((await feeds.runWith(serve(stock({ N7: quantity })))).result).toMatchObject({ notSold: 0, updated: 0 });
      await feeds.runWith(serve(stock()));
      expect(await product("N7")).toMatchObject({ quantity: 50 });
    },
  );

  it("follows a line whose other fields are bad, and leaves the product data as it is", async () => {
    await feeds.addVendor("acme", { maxBadPercent: 40 });
    await feeds.runWith(serve(HEADER + rows(10)));
    const text =
      HEADER +
      row("S0", 0, "1.234") +
      "S1,5\n" +
      row("S2", 5, "no") +
      row("NEW", 3, "no") +
      rows(10).split("\n").slice(3).join("\n");
    const { result } = await feeds.runWith(serve(text));
    expect(result).toMatchObject({ applied: 1, bad: 4, notSold: 2, updated: 2, created: 0, deactivated: 0 });
    expect(await product("S0")).toMatchObject({ quantity: 0, priceMinor: 1250n, name: "Product S0", currency: "EUR" });
    // A record of another width: nobody knows which of its fields is the quantity.
    expect(await product("S1")).toMatchObject({ quantity: 0, name: "Product S1" });
    expect(await product("S2")).toMatchObject({ quantity: 5 });
    expect((await feeds.runWith(serve(HEADER + rows(10)))).result).toMatchObject({ updated: 2, bad: 0 });
    expect(await product("S0")).toMatchObject({ quantity: 5, priceMinor: 1250n });
  });

  it("is what the good line says where another line of the same product is bad", async () => {
    await feeds.addVendor("acme", { kind: "STOCK" });
    await feeds.runWith(serve(stock()));
    const { result } = await feeds.runWith(serve(`${stock({ N3: "x" })}N3,40\n`));
    expect(result).toMatchObject({ bad: 1, notSold: 0, updated: 1 });
    expect(await product("N3")).toMatchObject({ quantity: 40 });
  });

  it("of a feed of which too much is bad is left as it was", async () => {
    await feeds.addVendor("acme", { kind: "STOCK" });
    await feeds.runWith(serve(stock()));
    const { result } = await feeds.runWith(serve(stock({ N1: "x", N2: "x", N3: "x" })));
    expect(result).toMatchObject({ held: 1, updated: 0 });
    expect(await product("N1")).toMatchObject({ quantity: 50 });
  });

  it("is not switched on by a bad line of a product that is inactive", async () => {
    await feeds.addVendor("acme");
    await feeds.runWith(serve(HEADER + rows(20)));
    await feeds.store.db.ecomnowProduct.updateMany({
      where: { sku: "S4" },
      data: { isActive: false, inactiveSince: NOON },
    });
    await feeds.runWith(serve(HEADER + rows(20).replace("S4,5,Product S4,12.50", "S4,9,Product S4,no")));
    expect(await product("S4")).toMatchObject({ isActive: false, quantity: 5 });
  });
});
