import { HOUR_MS, MINUTE_MS, SECOND_MS } from "@drumline/core/clock";
import { WebhookNotTaken } from "@drumline/events/inbox";
import { startTaskRun } from "@drumline/testing";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";

import { Consumer, webhooksUnderTest } from "../../test/webhooks-under-test.ts";

type UnderTest = Awaited<ReturnType<typeof webhooksUnderTest>>;
let api: UnderTest["api"];
let post: UnderTest["post"];
let postSigned: UnderTest["postSigned"];
let addSource: UnderTest["addSource"];
let handOn: UnderTest["handOn"];
let statuses: UnderTest["statuses"];
let clear: UnderTest["clear"];
beforeAll(async () => {
  ({ api, post, postSigned, addSource, handOn, statuses, clear } = await webhooksUnderTest());
});
afterAll(() => api.close());
beforeEach(() => clear());

describe("a webhook that is kept", () => {
  const keep = async (path: string, ...ids: string[]) => {
    for (const id of ids) await postSigned(path, Buffer.from(`{"id":"${id}"}`), { "x-github-delivery": id });
  };

  it("waits while the process that had it is gone, and is done once when it is taken up again", async () => {
    const { path } = await addSource();
    await keep(path, "a", "b");
    const dies = new Consumer(() => new Error("killed"));
    const claimed = startTaskRun(api.db, { consumers: [dies] }, { clock: api.clock });
    // As a killed process leaves them: claimed, the attempt counted, nothing done.
    await api.db.$executeRaw`
      UPDATE webhook_request SET claimed_by = ${claimed.context.run.id}::uuid, claimed_until = now() + interval '2 minutes', attempts = 1`;
    const consumer = new Consumer();
    expect(await handOn(consumer)).toMatchObject({ handedOn: 0 });
    await api.db.$executeRaw`UPDATE webhook_request SET claimed_until = now() - interval '1 second'`;
    expect(await handOn(consumer)).toMatchObject({ handedOn: 2 });
    expect(consumer.given.map(({ eventId }) => eventId)).toEqual(["a", "b"]);
  });

  it("ends as failed where it ends its process again and again, and takes no other with it", async () => {
    const { path } = await addSource();
    await keep(path, "killer");
    await api.db.$executeRaw`UPDATE webhook_request SET attempts = 10`;
    await keep(path, "good");
    const consumer = new Consumer();
    expect(await handOn(consumer)).toMatchObject({ handedOn: 1, failed: 1 });
    expect(consumer.given.map(({ eventId }) => eventId)).toEqual(["good"]);
    expect(await api.db.problem.findMany()).toMatchObject([{ kind: "INCOMING_WEBHOOK_FAILED", closedAt: null }]);
  });

  it("that its consumer refuses fails alone: later again, or at once for a person", async () => {
    const { path } = await addSource();
    await keep(path, "a", "later", "never", "b");
    const refusals: Record<string, Error> = { later: new Error("is away"), never: new WebhookNotTaken("is no order") };
    const consumer = new Consumer(({ eventId }) => refusals[eventId] ?? null);
    expect(await handOn(consumer)).toMatchObject({ handedOn: 2, postponed: 1, failed: 1 });
    expect(await statuses()).toEqual(["DONE", "RECEIVED", "FAILED", "DONE"]);
    const [problem] = await api.db.problem.findMany();
    expect(problem).toMatchObject({ reason: expect.stringContaining("is no order"), severity: "WARNING" });
    delete refusals["later"];
    expect(await handOn(consumer)).toMatchObject({ handedOn: 0 });
    api.clock.advance(10 * SECOND_MS);
    expect(await handOn(consumer)).toMatchObject({ handedOn: 1 });

    delete refusals["never"];
    const [action] = problem!.actions as { method: string; path: string }[];
    const replayed = await api.send(action!.method, action!.path);
    expect([replayed.status, replayed.json()]).toMatchObject([202, { status: "RECEIVED", replays: 1 }]);
    expect((await api.send("POST", action!.path)).json().code).toBe("WAITING");
    expect(await api.db.problem.count({ where: { closedAt: null } })).toBe(0);
    await handOn(consumer);
    expect(consumer.given.at(-1)).toMatchObject({ eventId: "never", replays: 1 });
    const audited = await api.db.auditEvent.findMany({ where: { entityType: "webhook_request" } });
    expect(audited.map(({ content }) => content)).toMatchObject([{ action: "replay", eventId: "never" }]);
  });

  it("that failed is due again when its sender sends it again", async () => {
    const { path } = await addSource();
    await keep(path, "x");
    await handOn(new Consumer(() => new WebhookNotTaken("no")));
    await keep(path, "x");
    const consumer = new Consumer();
    expect(await handOn(consumer)).toMatchObject({ handedOn: 1 });
  });

  it("waits for a consumer that this worker does not have", async () => {
    const { path } = await addSource({ consumer: "another" });
    await keep(path, "x");
    expect(await handOn(new Consumer())).toMatchObject({ handedOn: 0 });
    expect(await statuses()).toEqual(["RECEIVED"]);
    expect(await handOn(new Consumer(), { dryRun: true })).toMatchObject({ wouldHandOn: 0 });
  });

  it("is shown with its bytes to an operator, and listed without", async () => {
    const { path, name } = await addSource();
    await keep(path, "x", "y");
    const list = (await api.ask(`/api/v1/webhook-requests?source=${name}&limit=1`)).json();
    expect(list.items).toMatchObject([{ eventId: "y", bytes: 10, status: "RECEIVED" }]);
    const one = (await api.ask(`/api/v1/webhook-requests/${list.items[0].id}`)).json();
    expect(Buffer.from(one.bodyBase64, "base64").toString()).toBe('{"id":"y"}');
    expect((await api.send("POST", "/api/v1/webhook-requests/999/replay")).status).toBe(404);
  });
});

describe("a source of which nothing is heard", () => {
  it("is told of once, its consumer is asked to pull, and it is over with the next webhook", async () => {
    const { path, name } = await addSource({ silentAfterSeconds: 3_600 });
    await postSigned(path, Buffer.from("{}"));
    const consumer = new Consumer();
    const open = async () =>
      (await api.db.problem.findMany({ where: { closedAt: null } })).map(({ kind, subjectKey }) => [kind, subjectKey]);
    api.clock.advance(59 * MINUTE_MS);
    expect(await handOn(consumer)).toMatchObject({ silent: 0 });
    api.clock.advance(2 * MINUTE_MS);
    expect(await handOn(consumer)).toMatchObject({ silent: 1, pullsAskedFor: 1 });
    expect(await handOn(consumer)).toMatchObject({ silent: 1, pullsAskedFor: 0 });
    expect(await open()).toEqual([["WEBHOOK_SOURCE_SILENT", name]]);
    api.clock.advance(HOUR_MS);
    await post(path, Buffer.from("{}"), { "x-hub-signature-256": "sha256=00" });
    expect(await handOn(consumer)).toMatchObject({ pullsAskedFor: 1 });
    expect(consumer.pulls).toEqual([name, name]);
    const [problem] = await api.db.problem.findMany();
    expect(problem!.reason).toMatch(/what came was refused: X-Hub-Signature-256 fits none/);
    await postSigned(path, Buffer.from('{"again":1}'));
    expect(await handOn(consumer)).toMatchObject({ silent: 0 });
    expect(await open()).toEqual([]);
  });
});
