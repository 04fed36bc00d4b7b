import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

import { apiUnderTest, type ApiUnderTest } from "../../test/api-under-test.ts";
import { storeWaitingPackage } from "../../test/oms-rows.ts";

let api: ApiUnderTest;
beforeAll(async () => void (api = await apiUnderTest()));
afterAll(() => api.close());

const command = (id: string, body: object) =>
  api.ask(`/api/v1/oms/packages/${id}/command`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });

describe("POST /api/v1/oms/packages/{id}/command", () => {
  it("takes a package from stock to the customer, by number or id, and shows what it has become", async () => {
    const { number, id } = await storeWaitingPackage(api.db);
    expect((await command(number, { command: "PREPARE_PACKAGE_COMMAND" })).json()).toMatchObject({
      state: "PREPARING",
    });
    const packed = await command(id, { command: "COMPLETE_PACKAGING", carrier: "dhl", tracking_number: "T1" });
    expect(packed.json()).toMatchObject({
      state: "PACKED",
      version: 3,
      shipment: { carrier: "dhl", trackingNumber: "T1", status: "CREATED" },
    });
    expect((await command(id, { command: "SHIP_THE_PACKAGE" })).json()).toMatchObject({ state: "SHIPPED" });
    const delivered = await command(id, { command: "UPDATE_SHIPMENT_STATUS", status: "DELIVERED" });
    expect([delivered.status, delivered.json().state]).toEqual([200, "DELIVERED"]);
    const messages = await api.db.omnitronMessage.findMany({ orderBy: { id: "asc" } });
    expect(messages.map(({ body }) => (body as { order_status: string }).order_status)).toEqual(["450", "500", "550"]);
  });

  it("answers 409 with the state found and the states allowed, and changes nothing", async () => {
    const { id, number } = await storeWaitingPackage(api.db);
    const refused = await command(id, { command: "SHIP_THE_PACKAGE" });
    expect(refused.status).toBe(409);
    expect(refused.json()).toMatchObject({
      title: "Conflict",
      detail: `SHIP_THE_PACKAGE is refused: package ${number} is WAITING; SHIP_THE_PACKAGE runs from PACKED.`,
    });
    expect((await api.ask(`/api/v1/oms/packages/${id}`)).json()).toMatchObject({ state: "WAITING", version: 1 });
  });

  it("answers 409 for a version somebody else has changed", async () => {
    const { id } = await storeWaitingPackage(api.db);
    await command(id, { command: "PREPARE_PACKAGE_COMMAND", version: 1 });
    const refused = await command(id, { command: "BLOCK_THE_PACKAGE", version: 1 });
    expect([refused.status, refused.json()]).toEqual([
      409,
      expect.objectContaining({ detail: expect.stringContaining("is at version 2, not 1"), currentVersion: 2 }),
    ]);
  });

  it("answers 404 for a package that is not there, 400 for a body no command has, 422 for items it does not hold", async () => {
    const { id } = await storeWaitingPackage(api.db);
    expect((await command("nobody", { command: "PREPARE_PACKAGE_COMMAND" })).status).toBe(404);
    expect((await command(id, { command: "EAT_IT" })).status).toBe(400);
    expect((await command(id, { command: "PREPARE_PACKAGE_COMMAND", weight: 3 })).status).toBe(400);
    const foreign = await command(id, { command: "DETECTED_OUT_OF_STOCK_ITEM", items: [999_999] });
    expect([foreign.status, foreign.json().detail]).toEqual([422, expect.stringContaining("999999")]);
    expect((await api.ask(`/api/v1/oms/packages/${id}`)).json()).toMatchObject({ state: "WAITING" });
  });

  it("lists packages by state and location", async () => {
    const { number } = await storeWaitingPackage(api.db);
    const listed = await api.ask("/api/v1/oms/packages?state=WAITING&location=A&limit=500");
    expect(listed.json().items.map((item: { number: string }) => item.number)).toContain(number);
    expect((await api.ask("/api/v1/oms/packages?state=ASLEEP")).status).toBe(400);
  });
});
