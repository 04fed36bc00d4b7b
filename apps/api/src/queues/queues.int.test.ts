import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

import { type ApiUnderTest, apiUnderTest } from "../../test/api-under-test.ts";
import { insertRun } from "../../test/ledger-rows.ts";

describe("queues", () => {
  let api: ApiUnderTest;
  beforeAll(async () => void (api = await apiUnderTest()));
  afterAll(() => api.close());

  it("says how long the oldest run has waited for a worker, and who works on each queue", async () => {
    const oldest = new Date("2026-03-01T12:00:00Z");
    const held = await insertRun(api.db, { status: "SCHEDULED", createdAt: new Date("2026-02-01T12:00:00Z") });
    await api.db.run.update({ where: { id: held }, data: { held: true } });
    await insertRun(api.db, { status: "SCHEDULED", createdAt: oldest });
    await insertRun(api.db, { status: "SCHEDULED", createdAt: new Date("2026-03-02T12:00:00Z") });
    await api.db.$executeRaw`
      INSERT INTO process_heartbeat (id, kind, host, pid, started_at, beat_at, info)
      VALUES ('worker@test:1', 'worker', 'test', 1, now(), now(), '{"queues": ["oms"], "concurrency": 4, "running": 1}')`;
    const { items, processes } = (await api.ask("/api/v1/queues")).json();
    const queue = (name: string) => items.find((each: { name: string }) => each.name === name);
    expect(queue("oms")).toMatchObject({ oldestWaitingAt: oldest.toISOString(), workers: 1, slots: 4 });
    expect(queue("shop")).toMatchObject({ oldestWaitingAt: null, workers: 0, slots: 0 });
    expect(processes).toEqual([
      expect.objectContaining({ id: "worker@test:1", living: true, queues: ["oms"], running: 1 }),
    ]);
  });
});
