import { randomUUID } from "node:crypto";

import { silentLog } from "@drumline/core/log";
import { createTickTimer, type RunningBeat, startBeat } from "@drumline/engine";
import { CATALOGUE_VERSION, findTask } from "@drumline/tasks";
import { untilTrue } from "@drumline/testing";
import { afterEach, beforeEach, expect, it } from "@jest/globals";

import { type ApiUnderTest, apiUnderTest } from "../../test/api-under-test.ts";
import { insertHeartbeat } from "../../test/ledger-rows.ts";

let api: ApiUnderTest;
let beat: RunningBeat | undefined;
beforeEach(async () => void (api = await apiUnderTest()));
afterEach(async () => {
  await beat?.stop();
  await api.close();
});

const reasons = async () => {
  const response = await api.ask("/health/ready");
  return [response.status, ...response.json().reasons.map(({ code }: { code: string }) => code)];
};

it("makes the health of the whole red within seconds, names itself, and heals when its name is corrected", async () => {
  await insertHeartbeat(api.db, "worker");
  beat = await startBeat({
    db: api.db,
    backend: api.queues,
    log: silentLog,
    tickTimer: createTickTimer(),
    desired: [],
    findTask,
    catalogueVersion: CATALOGUE_VERSION,
    deduplicate: true,
    reconcileEveryMs: 500,
    repairEveryMs: 200,
    silentForMs: 500,
  });
  expect(await reasons()).toEqual([200]);
  const key = "typed-by-hand";
  const now = new Date();
  await api.db.schedule.create({
    data: {
      id: randomUUID(),
      key,
      source: "API",
      task: "UpdateProductsInventry",
      triggerKind: "INTERVAL",
      everyMs: 3_000n,
      timeoutMs: 60_000n,
      anchorAt: now,
      contentHash: "",
    },
  });
  await untilTrue(async () => (await reasons()).includes("UNKNOWN_TASK"), { what: "health says so" });
  expect((await api.ask("/health/ready")).json().reasons[0].message).toMatch(
    /typed-by-hand does not run: no living beat knows its task UpdateProductsInventry/,
  );
  expect((await api.ask(`/api/v1/schedules/${key}`)).json()).toMatchObject({
    disabledReason: expect.stringContaining("no living beat knows its task"),
    nextDueAt: null,
  });
  // Nothing waits for a worker that will never come.
  expect(await api.db.run.count()).toBe(0);

  await api.db.schedule.update({ where: { key }, data: { task: "ApiStatusCheck", everyMs: 3_600_000n } });
  await untilTrue(async () => (await reasons())[0] === 200, { what: "health is green again" });
});
