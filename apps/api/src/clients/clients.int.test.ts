import { openProblems } from "@drumline/problems";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

import { type ApiUnderTest, apiUnderTest } from "../../test/api-under-test.ts";

describe("what a person does about a client", () => {
  let api: ApiUnderTest;
  let flowId: bigint;
  beforeAll(async () => {
    api = await apiUnderTest();
    const client = await api.db.ecomnowCustomerIntegration.create({
      data: {
        code: "acme",
        name: "Acme",
        baseUrl: "https://acme.example",
        endpoints: { create: { entity: "ORDER", direction: "IN", path: "/orders" } },
      },
      include: { endpoints: true },
    });
    flowId = client.endpoints[0]!.id;
  });
  afterAll(() => api.close());

  const open = (name: string, type: string, key: string) =>
    openProblems(
      api.db,
      [{ kind: { context: "ecomnow", name, severity: "WARNING", cure: "c" }, subject: { type, key }, reason: "r" }],
      api.clock.now(),
    );
  const notes = async () => (await api.db.problem.findMany({ orderBy: { id: "asc" } })).map(({ note }) => note);
  const post = (path: string) => api.send("POST", `/api/v1/${path}`, undefined);

  it("gives a record up that cannot be taken in, and resumes a flow that was paused; each once, on record", async () => {
    const now = api.clock.now();
    const { id } = await api.db.ecomnowWaitingRecord.create({
      data: {
        endpointId: flowId,
        name: "A1",
        reason: "UNREADABLE",
        why: "w",
        pageLimit: 1,
        recordNo: 1,
        nextAttemptAt: now,
        since: now,
        receivedAt: now,
      },
    });
    await open("RECORD_WAITS", "client record", "acme ORDER A1");
    await open("FLOW_PAUSED", "client", "acme ORDER IN");
    const dropped = await post(`client-records/${id}/drop`);
    expect([dropped.status, dropped.json()]).toMatchObject([200, { client: "acme", entity: "ORDER", name: "A1" }]);
    expect((await post(`client-records/${id}/drop`)).status).toBe(404);
    expect((await post(`client-flows/${flowId}/resume`)).status).toBe(409);
    const where = { id: flowId };
    const paused = { pausedAt: now, pausedReason: "it failed", consecutiveFailures: 9, nextRunAt: now };
    await api.db.ecomnowCustomerIntegrationEndpoint.update({ where, data: paused });
    const resumed = await post(`client-flows/${flowId}/resume`);
    expect([resumed.status, resumed.json()]).toMatchObject([200, { client: "acme", entity: "ORDER", direction: "IN" }]);
    expect(await api.db.ecomnowCustomerIntegrationEndpoint.findUnique({ where })).toMatchObject({
      pausedAt: null,
      pausedReason: null,
      consecutiveFailures: 0,
      nextRunAt: null,
    });
    expect((await post("client-flows/999/resume")).status).toBe(404);
    expect(await notes()).toEqual([expect.stringMatching(/gives it up$/), expect.stringMatching(/has resumed it$/)]);
    // The ids of one instant have no order.
    const audited = (await api.db.auditEvent.findMany()).map(({ content }) => content);
    expect(audited).toHaveLength(2);
    expect(audited).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ action: "drop", name: "A1" }),
        expect.objectContaining({ action: "resume", direction: "IN" }),
      ]),
    );
  });
});
