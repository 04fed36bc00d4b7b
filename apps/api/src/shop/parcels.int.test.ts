import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

import { apiUnderTest, type ApiUnderTest } from "../../test/api-under-test.ts";

describe("parcels of the shop over HTTP", () => {
  let api: ApiUnderTest;
  beforeAll(async () => {
    api = await apiUnderTest();
    const at = new Date("2026-11-20T12:00:00Z");
    const times = { placedAt: at, createdAt: at, updatedAt: at };
    const money = { currency: "EUR", totalMinor: 1_000n };
    await api.db.shopOrder.create({ data: { reference: "10045", status: "CONFIRMED", ...money, ...times } });
    await api.db.shopOrder.create({ data: { reference: "10046", ...money, ...times } });
  });
  afterAll(() => api.close());

  const pack = (body: object) => api.send("POST", "/api/v1/shop/parcels", { carrier: "postnl", ...body });

  it("are packed once by their reference, listed, relabelled and taken back", async () => {
    const first = await pack({ reference: "10045-1", orderReference: "10045", weightGrams: 900 });
    expect(first.json()).toMatchObject({
      status: "PACKED",
      labelStatus: "DUE",
      weightGrams: 900,
      trackingNumber: null,
    });
    const { id } = first.json();
    expect((await pack({ reference: "10045-1", orderReference: "10045" })).json()).toMatchObject({ id });
    const list = await api.ask("/api/v1/shop/parcels?orderReference=10045&status=PACKED");
    expect(list.json()).toMatchObject({ items: [{ id }], nextCursor: null });

    const tooEarly = await api.send("POST", `/api/v1/shop/parcels/${id}/label`, undefined);
    expect([tooEarly.status, tooEarly.json().detail]).toEqual([409, expect.stringContaining("has a label, or one is")]);
    await api.db.shopLabel.updateMany({ data: { status: "FAILED", error: "no city" } });
    const again = await api.send("POST", `/api/v1/shop/parcels/${id}/label`, undefined);
    expect(again.json()).toMatchObject({ labelStatus: "DUE", labelError: null });

    await api.db.shopLabel.updateMany({
      where: { status: "DUE" },
      data: { status: "BOUGHT", pdf: Buffer.from("%PDF-1.7") },
    });
    const pdf = await api.ask(`/api/v1/shop/parcels/${id}/label.pdf`);
    expect([pdf.status, pdf.headers["content-type"], pdf.body]).toEqual([200, "application/pdf", "%PDF-1.7"]);

    const back = await api.send("POST", `/api/v1/shop/parcels/${id}/cancel`, undefined);
    expect(back.json()).toMatchObject({ status: "CANCELLED" });
    expect(await api.db.shopLabel.count({ where: { status: "VOIDING" } })).toBe(1);
    expect((await api.ask(`/api/v1/shop/parcels/${id}/label.pdf`)).status).toBe(404);
  });

  it("are refused with the reason", async () => {
    const unpaid = await pack({ reference: "10046-1", orderReference: "10046" });
    expect([unpaid.status, unpaid.json().detail]).toEqual([
      409,
      "Order 10046 is PLACED, and only a confirmed one is packed.",
    ]);
    const unknown = await pack({ reference: "x", orderReference: "no such" });
    expect([unknown.status, unknown.json().detail]).toEqual([404, "There is no order no such."]);
    expect((await pack({ reference: "x", orderReference: "10045", carrier: "Post NL" })).status).toBe(400);
    expect((await api.ask("/api/v1/shop/parcels/999")).status).toBe(404);
  });
});
