import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

import { apiUnderTest, type ApiUnderTest } from "../../test/api-under-test.ts";
import { storeTransfer } from "../../test/oms-rows.ts";

describe("transfers over HTTP", () => {
  let api: ApiUnderTest;
  beforeAll(async () => void (api = await apiUnderTest()));
  afterAll(() => api.close());

  const list = async (query = "") => (await api.ask(`/api/v1/oms/transfers${query}`)).json();
  const numbers = async (query: string) => (await list(query)).items.map(({ number }: { number: string }) => number);
  const command = (id: string, body: object) => api.send("POST", `/api/v1/oms/transfers/${id}/command`, body);

  it("are listed by id, page by page, each as it is shown alone", async () => {
    const stored = [];
    for (const source of ["B", "C", "B"]) stored.push(await storeTransfer(api.db, source));
    const first = await list("?limit=2");
    expect(first.items.map(({ id }: { id: string }) => id)).toEqual(stored.slice(0, 2).map(({ id }) => id));
    expect(first.items[0]).toEqual((await api.ask(`/api/v1/oms/transfers/${stored[0]!.id}`)).json());
    expect(first.items[0]).toMatchObject({
      number: stored[0]!.number,
      source: "B",
      destination: "A",
      state: "WAITING",
      version: 1,
      items: [{ sku: "sku", quantity: 1 }],
    });
    const second = await list(`?limit=2&cursor=${first.nextCursor}`);
    expect([second.items.map(({ id }: { id: string }) => id), second.nextCursor]).toEqual([[stored[2]!.id], null]);
  });

  it("are filtered by the names of their fields, and by no others", async () => {
    const { number, packageNumber, orderNumber } = await storeTransfer(api.db, "D");
    for (const query of [
      `?packageNumber=${packageNumber}`,
      `?orderNumber=${orderNumber}`,
      "?source=D&destination=A&state=WAITING",
    ])
      expect(await numbers(query)).toEqual([number]);
    expect(await numbers("?source=D&state=IN_TRANSIT")).toEqual([]);
    expect(await numbers("?destination=D")).toEqual([]);
    for (const query of ["?state=LOST", "?package=1", "?cursor=x", "?limit=501"])
      expect((await api.ask(`/api/v1/oms/transfers${query}`)).status).toBe(400);
  });

  it("take a command meant for the version they are at, and answer 409 for another, changing nothing", async () => {
    const { id } = await storeTransfer(api.db, "E");
    const ready = { command: "TRANSFER_READY_TO_SHIPMENT", carrier: "dhl", tracking_number: "T1" };
    const refused = await command(id, { ...ready, version: 2 });
    expect([refused.status, refused.json().detail]).toEqual([409, expect.stringContaining("is at version 1, not 2")]);
    expect((await command(id, { ...ready, version: 1 })).json()).toMatchObject({
      state: "READY_TO_SHIPMENT",
      version: 2,
    });
    expect((await command(id, { command: "TRANSFER_IN_TRANSIT" })).json()).toMatchObject({ version: 3 });
    const late = await command(id, { command: "TRANSFER_TRANSFERRED", version: 2 });
    expect([late.status, late.json().detail]).toEqual([409, expect.stringContaining("is at version 3, not 2")]);
  });
});
