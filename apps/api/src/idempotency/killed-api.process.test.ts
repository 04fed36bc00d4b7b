import { once } from "node:events";

import { untilTrue } from "@drumline/testing";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

import { type ApiProcesses, apiProcesses, PROCESS_TOKEN } from "../../test/api-process.ts";
import { insertSchedule } from "../../test/ledger-rows.ts";

describe("a request with a key whose api is killed between effect and answer", () => {
  let apis: ApiProcesses;
  beforeAll(async () => void (apis = await apiProcesses(process.env)));
  afterAll(() => apis.close());

  const start = (address: string) =>
    fetch(`${address}/api/v1/schedules/nightly/run`, {
      method: "POST",
      headers: { authorization: `Bearer ${PROCESS_TOKEN}`, "idempotency-key": '"once"' },
    });

  it("is refused for a while, and then answered with the run that was started, which is the only one", async () => {
    const { db } = apis.database;
    await insertSchedule(db, "nightly", new Date());
    // The answer waits for ever to be put on record.
    await db.$executeRaw`
      CREATE FUNCTION wait_for_ever() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(600); RETURN new; END'`;
    await db.$executeRaw`
      CREATE TRIGGER no_answer BEFORE UPDATE ON idempotency_key FOR EACH ROW EXECUTE FUNCTION wait_for_ever()`;
    const first = await apis.start();
    const unanswered = start(first.address).catch((error: unknown) => error);
    const asleep = () =>
      db.$queryRaw<{ pid: number }[]>`
        SELECT pid FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid() AND wait_event = 'PgSleep'`;
    await untilTrue(async () => (await asleep()).length > 0, { what: "the answer waits to be put on record" });
    expect(await db.run.count()).toBe(1);
    first.child.kill("SIGKILL");
    await once(first.child, "exit");
    expect(await unanswered).toMatchObject({ message: "fetch failed" });
    // The server goes on with a statement whose client is dead.
    for (const { pid } of await asleep()) await db.$queryRaw`SELECT pg_terminate_backend(${pid}::int)`;
    await untilTrue(async () => (await asleep()).length === 0, { what: "its statement is ended" });
    await db.$executeRaw`DROP TRIGGER no_answer ON idempotency_key`;

    const second = await apis.start();
    expect((await start(second.address)).status).toBe(409);
    await db.$executeRaw`UPDATE idempotency_key SET reserved_until = now()`;
    const { id } = await db.run.findFirstOrThrow();
    const answer = await start(second.address);
    expect([answer.status, await answer.json()]).toEqual([202, { runId: id, started: true }]);
    expect(await db.run.count()).toBe(1);
  });
});
