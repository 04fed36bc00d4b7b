import { manualClock, MINUTE_MS } from "@drumline/core/clock";
import { Cancel, Snooze } from "@drumline/core/task";
import { testDatabase, type TestDatabase } from "@drumline/testing";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";

import { refundUpdates } from "./refund-updates.ts";
import { type EcomnowRunOptions, NOON, startEcomnowRun } from "../../test/ecomnow-run.ts";
import { type LocalServer, startLocalServer } from "../../test/local-server.ts";

let store: TestDatabase;
let channel: LocalServer;
/** What the channel answers to the refund of the number; 200 without one. */
let answers: Record<string, { status: number; body?: object; headers?: Record<string, string> }>;

beforeAll(async () => {
  [store, channel] = await Promise.all([testDatabase(), startLocalServer()]);
  channel.respond = (_request, response, body) => {
    const { refund } = JSON.parse(body) as { refund: string };
    const { status = 200, headers = {}, body: answer = { reference: `ch-${refund}` } } = answers[refund] ?? {};
    response.writeHead(status, headers).end(JSON.stringify(answer));
  };
});
afterAll(async () => {
  await Promise.all([store.close(), channel.close()]);
});
beforeEach(async () => {
  await store.db.ecomnowRefund.deleteMany();
  await store.db.ecomnowOrder.deleteMany();
  await store.db.problem.deleteMany();
  channel.requests.length = 0;
  answers = {};
});

async function addOrder(number: string, paidMinor: bigint, ...refunds: readonly [string, bigint][]) {
  await store.db.ecomnowOrder.create({
    data: {
      number,
      currency: "EUR",
      paidMinor,
      placedAt: NOON,
      createdAt: NOON,
      updatedAt: NOON,
      refunds: {
        create: refunds.map(([refund, amountMinor], index) => ({
          number: refund,
          amountMinor,
          updatedAt: new Date(NOON.getTime() + index),
        })),
      },
    },
  });
}

const change = (number: string, data: object) =>
  store.db.ecomnowRefund.update({ where: { number }, data: { version: { increment: 1 }, ...data } });

function start(options: EcomnowRunOptions = {}) {
  const run = startEcomnowRun(store.db, {
    ...options,
    settings: { refundChannelUrl: channel.url, ...options.settings },
  });
  return { ...run, result: refundUpdates(run.context) };
}

const updates = async () =>
  (
    await store.db.ecomnowRefundUpdate.findMany({
      include: { refund: true },
      orderBy: [{ createdAt: "asc" }, { refundId: "asc" }, { version: "asc" }],
    })
  ).map(({ refund, version, status, attempts }) => `${refund.number} v${version} ${status} ${attempts}`);

describe("changed refunds", () => {
  it("reach the channel with amount, order and a key; again only when they change", async () => {
    await addOrder("O1", 5_000n, ["R1", 1_000n]);
    expect(await start().result).toMatchObject({ planned: 1, accepted: 1 });
    const [{ body, headers }] = channel.requests as [(typeof channel.requests)[number]];
    expect(JSON.parse(body)).toEqual({
      refund: "R1",
      order: "O1",
      version: 1,
      amount_minor: 1000,
      currency: "EUR",
      status: "open",
      reason: null,
    });
    expect(headers.authorization).toBe("Bearer key");
    expect(await store.db.ecomnowRefundUpdate.findFirst()).toMatchObject({
      id: headers["idempotency-key"],
      channelReference: "ch-R1",
    });

    expect(await start().result).toMatchObject({ planned: 0, accepted: 0 });
    await change("R1", { amountMinor: 2_000n });
    expect(await start().result).toMatchObject({ planned: 1, accepted: 1 });
    await change("R1", { status: "CANCELLED" });
    await start().result;
    expect(channel.requests.map((request) => JSON.parse(request.body).amount_minor)).toEqual([1000, 2000, 0]);
    expect(new Set(channel.requests.map((request) => request.headers["idempotency-key"])).size).toBe(3);
  });

  it("never sum up to more than was paid, also in one batch", async () => {
    await addOrder("O1", 5_000n, ["R1", 3_000n], ["R2", 3_000n], ["R3", 2_000n]);
    const { result, problems } = start();
    expect(await result).toMatchObject({ planned: 2, refused: 1, accepted: 2 });
    expect(problems).toEqual([
      { recordId: "R2", error: "3000 with the 3000 of other refunds is more than the 5000 paid (minor units)" },
    ]);
    await change("R1", { amountMinor: 3_001n });
    expect(await start().result).toMatchObject({ planned: 0, refused: 1 });
    await change("R1", { status: "CANCELLED" });
    await start().result;
    await change("R2", {});
    expect(await start().result).toMatchObject({ planned: 1, accepted: 1 });
  });

  it("that were refused are looked at again when the balance is free, and only then", async () => {
    await addOrder("O1", 10_000n, ["P1", 8_000n], ["P3", 4_000n], ["P4", 4_000n], ["P5", 7_000n]);
    const openProblems = async () =>
      (await store.db.problem.findMany({ where: { closedAt: null }, orderBy: { subjectKey: "asc" } })).map(
        ({ kind, subjectKey }) => `${kind} ${subjectKey}`,
      );
    expect(await start().result).toMatchObject({ planned: 1, refused: 3, accepted: 1 });
    expect(await openProblems()).toEqual(["REFUND_REFUSED P3", "REFUND_REFUSED P4", "REFUND_REFUSED P5"]);
    expect(await start().result).toMatchObject({ planned: 0, refused: 0 });
    await change("P1", { status: "CANCELLED" });
    expect(await start().result).toMatchObject({ planned: 1, accepted: 1 });
    const dryRun = await start({ dryRun: true }).result;
    expect(dryRun).toMatchObject({ wouldSend: 2, wouldRefuse: 1 });
    expect(await start().result).toMatchObject({ planned: 2, refused: 1, accepted: 2 });
    expect((await updates()).toSorted()).toEqual([
      "P1 v1 ACCEPTED 1",
      "P1 v2 ACCEPTED 1",
      "P3 v1 ACCEPTED 1",
      "P4 v1 ACCEPTED 1",
      "P5 v1 REFUSED 0",
    ]);
    expect(await openProblems()).toEqual(["REFUND_REFUSED P5"]);
    expect(await start().result).toMatchObject({ planned: 0, refused: 0 });
    await store.db.ecomnowOrder.updateMany({ data: { paidMinor: 15_000n } });
    expect(await start().result).toMatchObject({ planned: 1, accepted: 1 });
    expect(await openProblems()).toEqual([]);
  });

  it("are stored with what the channel says of them, whatever that is, each for itself", async () => {
    const numbers = ["R1", "R2", "R3", "R4", "R5"] as const;
    await addOrder("O1", 5_000n, ...numbers.map((number): [string, bigint] => [number, 100n]));
    answers = {
      R1: { status: 200, body: { reference: "a\0b\ud83d", reason: null } },
      R2: { status: 422, body: { reason: "😀".repeat(600) } },
      R3: { status: 200, body: { reference: null } },
      R4: { status: 200, body: { reference: 77 } },
      R5: { status: 409, body: {} },
    };
    expect(await start().result).toMatchObject({ accepted: 3, rejected: 2, retried: 0 });
    const stored = await store.db.ecomnowRefundUpdate.findMany({ orderBy: { refund: { number: "asc" } } });
    expect(stored.map(({ channelReference }) => channelReference)).toEqual(["a\ufffdb\ufffd", null, null, "77", null]);
    expect(stored[1]!.reason).toBe(`${"😀".repeat(499)}…`);
    expect(stored[4]!.reason).toBe("answered 409");
  });

  it("that only the database refuses hold up no other", async () => {
    await addOrder("O1", 5_000n, ["R1", 100n], ["R2", 100n], ["R3", 100n]);
    await store.db
      .$executeRaw`ALTER TABLE ecomnow_refund_update ADD CONSTRAINT no_r2 CHECK (channel_reference <> 'ch-R2')`;
    try {
      const { result, problems } = start();
      expect(await result).toMatchObject({ planned: 3 });
      expect(problems).toEqual([{ recordId: "R2", error: expect.stringContaining("could not be stored") }]);
      expect(await updates()).toEqual(["R1 v1 ACCEPTED 1", "R2 v1 PENDING 1", "R3 v1 ACCEPTED 1"]);
    } finally {
      await store.db.$executeRaw`ALTER TABLE ecomnow_refund_update DROP CONSTRAINT no_r2`;
    }
  });

  it("are rejected for good, or tried again later under the same key", async () => {
    await addOrder("O1", 5_000n, ["R1", 100n], ["R2", 100n], ["R3", 100n]);
    answers = { R1: { status: 422, body: { reason: "order too old" } }, R2: { status: 503 } };
    const clock = manualClock(NOON);
    const { result, problems } = start({ clock });
    expect(await result).toMatchObject({ accepted: 1, rejected: 1, retried: 1 });
    expect(problems.map(({ recordId }) => recordId).sort()).toEqual(["R1", "R2"]);
    expect(await updates()).toEqual(["R1 v1 REJECTED 1", "R2 v1 PENDING 1", "R3 v1 ACCEPTED 1"]);
    answers = {};
    expect(await start({ clock }).result).toMatchObject({ accepted: 0 });
    clock.advance(MINUTE_MS);
    expect(await start({ clock }).result).toMatchObject({ accepted: 1 });
    const keys = channel.requests
      .filter(({ body }) => body.includes('"R2"'))
      .map(({ headers }) => headers["idempotency-key"]);
    expect(keys).toHaveLength(2);
    expect(new Set(keys).size).toBe(1);
  });

  it("give up after ten tries, and a newer version begins anew", async () => {
    await addOrder("O1", 5_000n, ["R1", 100n]);
    answers = { R1: { status: 500 } };
    const clock = manualClock(NOON);
    for (let attempt = 0; attempt < 12; attempt += 1) {
      await start({ clock }).result;
      clock.advance(360 * MINUTE_MS);
    }
    expect(await updates()).toEqual(["R1 v1 FAILED 10"]);
    answers = {};
    await change("R1", {});
    await start({ clock }).result;
    expect(await updates()).toEqual(["R1 v1 FAILED 10", "R1 v2 ACCEPTED 1"]);
  });

  it("put a waiting older version out of the way", async () => {
    await addOrder("O1", 5_000n, ["R1", 100n]);
    answers = { R1: { status: 503 } };
    await start().result;
    answers = {};
    await change("R1", { amountMinor: 200n });
    await start().result;
    expect(await updates()).toEqual(["R1 v1 SUPERSEDED 1", "R1 v2 ACCEPTED 1"]);
  });

  it("wait when the channel asks for patience, and stop at refused credentials", async () => {
    await addOrder("O1", 5_000n, ["R1", 100n]);
    answers = { R1: { status: 429, headers: { "retry-after": "7" } } };
    await expect(start().result).rejects.toMatchObject({ constructor: Snooze, delayMs: 7_000 });
    answers = { R1: { status: 401 } };
    await expect(start().result).rejects.toBeInstanceOf(Cancel);
    answers = {};
    expect(await start().result).toMatchObject({ accepted: 1 });
  });

  it.each([
    ["a 429 with a date", 429, new Date(Date.now() + 900_000).toUTCString(), 900_000],
    ["a 503 with seconds", 503, "900", 900_000],
    ["a 429 with 20 digits", 429, "99999999999999999999", 3_600_000],
  ])("wait as long as %s asks, an hour at most", async (_what, status, header, delayMs) => {
    await addOrder("O1", 5_000n, ["R1", 100n]);
    answers = { R1: { status, headers: { "retry-after": header } } };
    const snooze = await start().result.catch((thrown: unknown) => thrown as Snooze);
    expect(snooze).toBeInstanceOf(Snooze);
    // A date is counted from the real now, in whole seconds.
    expect(Math.abs((snooze as Snooze).delayMs - delayMs)).toBeLessThan(60_000);
    expect((snooze as Snooze).message).toContain("asked for silence until");
    answers = {};
  });

  it("are sent once by two runs at a time", async () => {
    await addOrder("O1", 50_000n, ...Array.from({ length: 30 }, (_, index) => [`R${index}`, 10n] as [string, bigint]));
    const results = await Promise.all([start().result, start().result]);
    expect(
      results.reduce((sum, { accepted }) => sum + Number(accepted), 0) + Number((await start().result)["accepted"]),
    ).toBe(30);
    expect(channel.requests).toHaveLength(30);
  });

  it("are only listed by a dry run", async () => {
    await addOrder("O1", 100n, ["R1", 90n], ["R2", 90n]);
    expect(await start({ dryRun: true }).result).toMatchObject({
      wouldSend: 1,
      wouldRefuse: 1,
      listed: [{ refund: "R1", refusal: null }, { refund: "R2" }],
    });
    expect([channel.requests.length, await store.db.ecomnowRefundUpdate.count()]).toEqual([0, 0]);
  });
});
