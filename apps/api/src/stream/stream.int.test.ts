import { once } from "node:events";
import { type ClientRequest, get, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

import { DAY_MS, HOUR_MS } from "@drumline/core/clock";
import { createPasswords, createToken, createUser, revokeToken, startSession } from "@drumline/engine";
import { untilTrue } from "@drumline/testing";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";

import { ADMIN_TOKEN, type ApiUnderTest, apiUnderTest } from "../../test/api-under-test.ts";
import { insertRun, insertSchedule } from "../../test/ledger-rows.ts";

interface Stream {
  readonly request: ClientRequest;
  readonly response: IncomingMessage;
  text: string;
  ended: boolean;
}

describe("the stream of changes", () => {
  let api: ApiUnderTest;
  let isClosed: boolean;
  const streams: Stream[] = [];
  beforeEach(async () => {
    api = await apiUnderTest();
    isClosed = false;
  });
  afterEach(async () => {
    for (const { request } of streams.splice(0)) request.destroy();
    if (!isClosed) await api.close();
  });

  const open = async (
    topics: string,
    headers: Record<string, string> = { authorization: `Bearer ${ADMIN_TOKEN}` },
  ): Promise<Stream> => {
    if (api.app.server.address() === null) await api.app.listen({ host: "127.0.0.1", port: 0 });
    const { port } = api.app.server.address() as AddressInfo;
    const request = get({ host: "127.0.0.1", port, path: `/api/v1/stream?topics=${topics}`, headers, agent: false });
    const [response] = (await once(request, "response")) as [IncomingMessage];
    const stream: Stream = { request, response, text: "", ended: false };
    response.setEncoding("utf8").on("data", (text: string) => (stream.text += text));
    response.on("close", () => (stream.ended = true)).on("error", () => {});
    request.on("error", () => {});
    streams.push(stream);
    return stream;
  };
  const told = (stream: Stream) =>
    [...stream.text.matchAll(/event: (\w+)\ndata: (.*)\n\n/g)].map(([, event, data]) => ({
      event,
      ...(JSON.parse(data!) as { topic: string; ids?: string[] }),
    }));
  const hears = (stream: Stream, topic: string, id: string) =>
    untilTrue(() => told(stream).some((one) => one.topic === topic && one.ids?.includes(id) === true), {
      what: `the stream names ${id} of ${topic}`,
    });
  /** The feed has found where things stand, once it has told of anything. */
  const settle = async (stream: Stream, scheduleId: string) => {
    await untilTrue(
      async () => {
        await api.db.schedule.update({
          where: { id: scheduleId },
          data: { version: { increment: 1 }, updatedAt: new Date() },
        });
        return told(stream).length > 0;
      },
      { what: "the stream tells of a change" },
    );
  };

  it("names the runs and schedules that changed, to those who watch them", async () => {
    const scheduleId = await insertSchedule(api.db, "one", new Date());
    const both = await open("runs,schedules");
    const schedules = await open("schedules");
    expect(both.response.headers).toMatchObject({
      "content-type": "text/event-stream; charset=utf-8",
      "x-content-type-options": "nosniff",
      "cache-control": "no-store",
    });
    await settle(both, scheduleId);
    const runId = await insertRun(api.db, { status: "SCHEDULED", createdAt: new Date() });
    await hears(both, "runs", runId);
    const before = told(both).length;
    await api.db.run.update({ where: { id: runId }, data: { status: "FINISHED", finishedAt: new Date() } });
    await untilTrue(
      () =>
        told(both)
          .slice(before)
          .some(({ ids }) => ids?.includes(runId) === true),
      { what: "the end of the run is told" },
    );
    await api.send("POST", "/api/v1/schedules/one/pause", { reason: "test" });
    await hears(schedules, "schedules", scheduleId);
    expect(told(schedules).every(({ topic }) => topic === "schedules")).toBe(true);
    expect(both.text).toMatch(/^retry: 2000\n\n/);
  });

  it("names a problem when it opens and when it is closed", async () => {
    const scheduleId = await insertSchedule(api.db, "one", new Date());
    const stream = await open("problems,schedules");
    await settle(stream, scheduleId);
    const at = new Date();
    const { id } = await api.db.problem.create({
      data: {
        context: "oms",
        kind: "test",
        subjectType: "order",
        subjectKey: "1",
        severity: "ERROR",
        reason: "r",
        cure: "c",
        openedAt: at,
        lastSeenAt: at,
      },
    });
    await hears(stream, "problems", String(id));
    const before = told(stream).length;
    await api.db.problem.update({ where: { id }, data: { closedAt: new Date(), ending: "BY_PERSON", closedBy: "me" } });
    await untilTrue(
      () =>
        told(stream)
          .slice(before)
          .some(({ topic, ids }) => topic === "problems" && ids?.includes(String(id)) === true),
      { what: "the end of the problem is told" },
    );
  });

  it("says that there is too much to name", async () => {
    const scheduleId = await insertSchedule(api.db, "one", new Date());
    const stream = await open("runs,schedules");
    await settle(stream, scheduleId);
    await api.db.$executeRaw`
      INSERT INTO run (id, task, queue, origin, status, timeout_ms, finished_at)
      SELECT gen_random_uuid(), 't', 'oms', 'MANUAL', 'FINISHED', 1, now() FROM generate_series(1, 201)`;
    await untilTrue(() => told(stream).some(({ event, topic }) => event === "resync" && topic === "runs"), {
      what: "the stream says so",
    });
  });

  it("ends with the server, which does not wait for it", async () => {
    const stream = await open("runs");
    await api.close();
    isClosed = true;
    await untilTrue(() => stream.ended, { what: "the stream has ended" });
  });

  it("asks the database nothing once nobody watches", async () => {
    const scheduleId = await insertSchedule(api.db, "one", new Date());
    const stream = await open("schedules");
    await settle(stream, scheduleId);
    stream.request.destroy();
    const reads = async () => {
      await api.db.$executeRaw`SELECT pg_stat_force_next_flush()`;
      const rows = await api.db.$queryRaw<{ scans: number }[]>`
        SELECT (seq_scan + coalesce(idx_scan, 0))::float8 AS scans FROM pg_stat_user_tables WHERE relname = 'run'`;
      return rows[0]!.scans;
    };
    let last = -1;
    await untilTrue(
      async () => {
        const before = last;
        last = await reads();
        return new Promise<boolean>((resolve) => setTimeout(() => resolve(before === last), 1_500));
      },
      { what: "the table of runs is left alone" },
    );
  });

  it("refuses a topic that there is not, and who is nobody", async () => {
    expect((await api.ask("/api/v1/stream?topics=runs,secrets")).status).toBe(400);
    expect((await api.ask("/api/v1/stream", { anonymous: true })).status).toBe(401);
  });

  it("ends once its token is revoked", async () => {
    const token = await createToken(api.db, "watcher", "viewer");
    const stream = await open("runs", { authorization: `Bearer ${token}` });
    await revokeToken(api.db, "watcher");
    // A token that was right is believed for five seconds.
    api.clock.advance(6_000);
    await untilTrue(() => stream.ended, { what: "the stream has ended" });
  });

  describe("of somebody who is signed in", () => {
    const signIn = async () => {
      const now = api.clock.now();
      const context = { db: api.db, passwords: createPasswords(), now, by: "test", remoteAddr: null };
      const { id: userId } = await createUser(context, { name: "ada", role: "admin" });
      const session = { userId, method: "LINK", remoteAddr: null, userAgent: null } as const;
      return `drumline=${await api.db.$transaction((tx) => startSession(tx, session, now))}`;
    };
    const checks = (stream: Stream) => stream.text.split(": alive").length - 1;
    const isCheckedTwice = async (stream: Stream) => {
      const before = checks(stream);
      await untilTrue(() => checks(stream) >= before + 2, { what: "the stream was looked at" });
    };
    const lastSeenAt = async () => (await api.db.apiSession.findFirstOrThrow()).lastSeenAt;

    it("is no use of their session, and ends when that has idled", async () => {
      const cookie = await signIn();
      const before = await lastSeenAt();
      api.clock.advance(6 * HOUR_MS);
      const stream = await open("runs", { cookie });
      await isCheckedTwice(stream);
      expect(await lastSeenAt()).toEqual(before);
      api.clock.advance(6 * HOUR_MS);
      await untilTrue(() => stream.ended, { what: "the stream has ended" });
      expect((await api.ask("/api/v1/me", { anonymous: true, headers: { cookie } })).status).toBe(401);
    });

    it("goes on while they use the session otherwise, and ends with it", async () => {
      const cookie = await signIn();
      const stream = await open("runs", { cookie });
      for (let times = 0; times < 3; times += 1) {
        api.clock.advance(8 * HOUR_MS);
        expect((await api.ask("/api/v1/me", { anonymous: true, headers: { cookie } })).status).toBe(200);
        await isCheckedTwice(stream);
      }
      const headers = { cookie, "sec-fetch-site": "same-origin" };
      expect((await api.ask("/api/v1/session", { method: "DELETE", anonymous: true, headers })).status).toBe(204);
      await untilTrue(() => stream.ended, { what: "the stream has ended" });
    });

    it("ends after seven days however much they do", async () => {
      const cookie = await signIn();
      const stream = await open("runs", { cookie });
      await isCheckedTwice(stream);
      await api.db.apiSession.updateMany({ data: { lastSeenAt: new Date(Date.now() + 8 * DAY_MS) } });
      api.clock.advance(7 * DAY_MS);
      await untilTrue(() => stream.ended, { what: "the stream has ended" });
    });
  });
});
