import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

import { type ApiUnderTest, apiUnderTest } from "../../test/api-under-test.ts";

const PATH = "/api/v1/oms/omnitron-messages";
const NO = "11111111-1111-4111-8111-11111111111";

describe("a message that Omnitron would not take", () => {
  let api: ApiUnderTest;
  beforeAll(async () => void (api = await apiUnderTest()));
  afterAll(() => api.close());

  const put = (no: number, path: string, ended: { sentAt?: Date; givenUpAt?: Date }) => {
    const now = api.clock.now();
    const data = {
      orderId: 1n,
      eventId: `${NO}${no}`,
      path,
      body: {},
      attempts: 10,
      createdAt: now,
      nextAttemptAt: now,
    };
    return api.db.omnitronMessage.create({ data: { ...data, ...ended } });
  };
  const retry = (no: number) => api.send("POST", `${PATH}/${NO}${no}/retry`, {});

  it("is told again when a person says so, unless it was taken, waits anyway or is out of date", async () => {
    const now = api.clock.now();
    await put(1, "/a", { givenUpAt: now });
    await put(2, "/b", { givenUpAt: now });
    await put(3, "/b", { sentAt: now });
    expect((await retry(1)).status).toBe(202);
    expect(await api.db.omnitronMessage.findFirstOrThrow({ where: { path: "/a" } })).toMatchObject({
      givenUpAt: null,
      attempts: 0,
    });
    expect(await api.db.auditEvent.findMany()).toMatchObject([
      { entityType: "omnitron_message", entityId: `${NO}1`, content: { action: "retry" } },
    ]);
    const refusals = [await retry(1), await retry(2), await retry(3)].map((answer) => [
      answer.status,
      answer.json().code,
    ]);
    expect(refusals).toEqual([
      [409, "WAITING"],
      [409, "OUT_OF_DATE"],
      [409, "SENT"],
    ]);
    expect((await retry(9)).status).toBe(404);
    expect((await api.send("POST", `${PATH}/none/retry`, {})).status).toBe(400);
  });
});
