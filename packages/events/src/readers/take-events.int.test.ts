import { MINUTE_MS } from "@drumline/core/clock";
import { Prisma, type Transaction } from "@drumline/db";
import { testDatabase, type TestDatabase, untilTrue } from "@drumline/testing";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";

import { saveEvents } from "../outbox/index.ts";
import { countUnreadEvents, type EventReader, forgetReader, isUnread, isWanted, takeEvents } from "./index.ts";

const AT = new Date("2026-11-20T12:00:00Z");
const READER: EventReader = { name: "test", eventTypes: ["thing.made", "thing.lost"], since: AT };
const minutesLater = (minutes: number) => new Date(AT.getTime() + minutes * MINUTE_MS);

describe("a reader of the outbox", () => {
  let store: TestDatabase;
  beforeEach(async () => void (store = await testDatabase()));
  afterEach(() => store.close());

  const write = (tx: Transaction, numbers: readonly number[], { type = "thing.made", at = AT } = {}) =>
    saveEvents(
      tx,
      numbers.map((no) => ({ eventType: type, entityType: "thing", entityId: BigInt(no), payload: { no }, at })),
    );
  const add = (numbers: readonly number[], as = {}) => store.db.$transaction((tx) => write(tx, numbers, as));
  /** Numbers of what one batch takes, sorted. */
  const take = async (limit = 100, reader = READER) =>
    (await store.db.$transaction((tx) => takeEvents(tx, reader, { limit, at: AT })))
      .map(({ entityId }) => Number(entityId))
      .sort((one, other) => one - other);
  const unread = () => countUnreadEvents(store.db, READER, 1_000);
  /** A transaction that has written an event, is open, and commits when it is told to. */
  async function open(no: number, at = AT): Promise<{ commit(): Promise<void> }> {
    let end: () => void = () => {};
    const ended = new Promise<void>((resolve) => (end = resolve));
    let done: Promise<void> = ended;
    await new Promise<void>((resolve, reject) => {
      done = store.db.$transaction(async (tx) => {
        await write(tx, [no], { at });
        resolve();
        await ended;
      });
      done.catch(reject);
    });
    return { commit: () => (end(), done) };
  }

  it("takes what it wants in batches, each event once, with what it says", async () => {
    await add([1, 2, 3, 4, 5]);
    await add([6], { type: "thing.lost" });
    await add([7], { type: "other" });
    await add([8], { at: minutesLater(-1) });
    expect(await unread()).toBe(6);
    const batches = [await take(4), await take(4), await take(4)];
    expect(batches.map(({ length }) => length)).toEqual([4, 2, 0]);
    expect(batches.flat().toSorted((one, other) => one - other)).toEqual([1, 2, 3, 4, 5, 6]);
    await add([9], { at: minutesLater(3) });
    expect(await store.db.$transaction((tx) => takeEvents(tx, READER, { limit: 10, at: AT }))).toMatchObject([
      { eventType: "thing.made", entityType: "thing", entityId: 9n, payload: { no: 9 }, at: minutesLater(3) },
    ]);
    expect(await unread()).toBe(0);
  });

  it("loses none that was written first and committed last, however often it has looked meanwhile", async () => {
    const early = await open(1, minutesLater(1));
    const late = await open(2, minutesLater(2));
    await late.commit();
    await add([3], { at: minutesLater(3) });
    expect(await take()).toEqual([2, 3]);
    expect(await take()).toEqual([]);
    await early.commit();
    expect(await take()).toEqual([1]);
    expect(await take()).toEqual([]);
  });

  it("loses none in a full batch either, while a transaction is open before it", async () => {
    const early = await open(1);
    await add([2, 3, 4]);
    expect(await take(2)).toHaveLength(2);
    await early.commit();
    expect([...(await take(2)), ...(await take(2))].length).toBe(2);
    expect(await unread()).toBe(0);
  });

  it("looks no further back than the oldest transaction that was open", async () => {
    await add([1, 2, 3]);
    await take();
    await add([4]);
    const findLeft = async () => {
      await take();
      const [{ left }] = await store.db.$queryRaw<[{ left: bigint }]>`
        SELECT count(*) AS left FROM event_queue, event_reader
        WHERE (transaction_id, id) > (read_to_transaction, read_to_id)`;
      return left;
    };
    // Transactions of other databases of the server count as well.
    await untilTrue(async () => (await findLeft()) === 0n, { what: "nothing is left to look at" });
    const early = await open(5);
    await add([6]);
    await take();
    expect(await findLeft()).toBeGreaterThan(0n);
    await early.commit();
    await untilTrue(async () => (await findLeft()) === 0n, { what: "nothing is left to look at" });
  });

  it("has taken nothing where its transaction fails", async () => {
    await add([1, 2]);
    const failing = store.db.$transaction(async (tx) => {
      expect(await takeEvents(tx, READER, { limit: 10, at: AT })).toHaveLength(2);
      throw new Error("killed");
    });
    await expect(failing).rejects.toThrow("killed");
    expect(await take()).toEqual([1, 2]);
  });

  it("gives each event to one of several that read under its name at once", async () => {
    await add(Array.from({ length: 100 }, (_, index) => index));
    const taken = await Promise.all(Array.from({ length: 6 }, () => take(30)));
    expect(taken.flat()).toHaveLength(100);
    expect(new Set(taken.flat()).size).toBe(100);
  });

  it("knows nothing of what another reader has taken", async () => {
    await add([1]);
    expect(await take()).toEqual([1]);
    expect(await take(10, { ...READER, name: "other" })).toEqual([1]);
  });

  it("takes what is new to it where it wants other types, or older events, and nothing twice", async () => {
    await add([1]);
    await add([2], { type: "other" });
    await add([3], { at: minutesLater(-5) });
    expect(await take()).toEqual([1]);
    const wider = { ...READER, eventTypes: ["thing.made", "other"], since: minutesLater(-10) };
    expect(await take(10, wider)).toEqual([2, 3]);
    expect(await take(10, wider)).toEqual([]);
  });

  it("goes on in a database whose transactions are numbered anew, as one restored from a dump", async () => {
    await add([1]);
    await take();
    await store.db.$executeRaw`UPDATE event_reader SET read_to_transaction = read_to_transaction + 1000000`;
    await add([2]);
    expect(await take()).toEqual([2]);
    expect(await take()).toEqual([]);
  });

  it("keeps what it has not taken from being deleted, until it is forgotten; what was taken goes with its event", async () => {
    await add([1]);
    await take();
    await add([2]);
    const remove = () => store.db.$executeRaw(Prisma.sql`DELETE FROM event_queue record WHERE NOT ${isUnread}`);
    expect(await remove()).toBe(1);
    expect(await store.db.eventReading.count()).toBe(0);
    expect(await remove()).toBe(0);
    await forgetReader(store.db, READER.name);
    expect(await remove()).toBe(1);
  });

  it("makes its types wanted, as a subscription does", async () => {
    expect(await isWanted(store.db, "thing.made")).toBe(false);
    await take();
    expect(await isWanted(store.db, "thing.made")).toBe(true);
    expect(await isWanted(store.db, "package.created")).toBe(false);
    await store.db.webhook.create({ data: { owner: "o", targetUrl: "http://x", eventType: "package.*" } });
    expect(await isWanted(store.db, "package.created")).toBe(true);
  });
});
