import { MINUTE_MS, SECOND_MS } from "@drumline/core/clock";
import { createToken } from "@drumline/engine";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

import { insertRun } from "../../test/ledger-rows.ts";
import { type SchedulesUnderTest, schedulesUnderTest } from "../../test/schedules-under-test.ts";

describe("schedules", () => {
  let api: SchedulesUnderTest;
  beforeAll(async () => void (api = await schedulesUnderTest()));
  afterAll(() => api.close());

  describe("reading", () => {
    beforeAll(async () => {
      for (const n of [1, 2, 3, 4, 5]) await api.create(`page-${n}`, { description: n === 3 ? "The THIRD 100%" : "" });
      await api.send("POST", "/api/v1/schedules/page-5/disable");
    });
    const keysOf = async (query: string) =>
      (await api.ask(`/api/v1/schedules?${query}`)).json().items.map(({ key }: { key: string }) => key);

    it("pages by key", async () => {
      const seen: string[] = [];
      for (let cursor: string | null = ""; cursor !== null;) {
        const page: { items: { key: string }[]; nextCursor: string | null } = (
          await api.ask(`/api/v1/schedules?q=page-&limit=2${cursor === "" ? "" : `&cursor=${cursor}`}`)
        ).json();
        expect(page.items.length).toBeLessThanOrEqual(2);
        seen.push(...page.items.map(({ key }) => key));
        cursor = page.nextCursor;
      }
      expect(seen).toEqual(["page-1", "page-2", "page-3", "page-4", "page-5"]);
    });

    it.each([
      ["q=third%20100%25", ["page-3"]],
      ["q=page-&enabled=false", ["page-5"]],
      ["source=ENV", ["get-omnitron-orders-cron"]],
      ["q=page-&task=UserNotLoggedInPlatform", []],
      ["q=page_", []],
      ["q=page-&state=off", ["page-5"]],
      ["q=page-&state=on&queue=ecomnow&limit=2", ["page-1", "page-2"]],
      ["queue=oms", ["get-omnitron-orders-cron"]],
      ["queue=nobody", []],
    ])("filters by %s", async (query, keys) => {
      expect(await keysOf(query)).toEqual(keys);
    });

    it("tells a paused schedule from one that does not run though it is switched on, and both from one that is on", async () => {
      const inState = (state: string) => keysOf(`q=page-&state=${state}`);
      await api.send("POST", "/api/v1/schedules/page-1/pause", { reason: "stocktaking" });
      await api.db.schedule.update({
        where: { key: "page-2" },
        data: { disabledReason: "no living beat knows its task" },
      });
      expect(await inState("paused")).toEqual(["page-1"]);
      expect(await inState("stuck")).toEqual(["page-2"]);
      expect(await inState("on")).toEqual(["page-3", "page-4"]);
      await api.send("POST", "/api/v1/schedules/page-1/resume");
      await api.db.schedule.update({ where: { key: "page-2" }, data: { disabledReason: null } });
      expect(await inState("on")).toEqual(["page-1", "page-2", "page-3", "page-4"]);
    });

    it("lists the next occurrences, of a zone with daylight saving too", async () => {
      api.clock.set(new Date("2026-03-27T12:00:00Z"));
      await api.create("dst", { crontab: "30 2 * * *", timezone: "Europe/Amsterdam" });
      expect((await api.ask("/api/v1/schedules/dst/next?limit=3")).json()).toEqual({
        timezone: "Europe/Amsterdam",
        enabled: true,
        items: ["2026-03-28T01:30:00.000Z", "2026-03-29T01:00:00.000Z", "2026-03-30T00:30:00.000Z"].map((dueAt) => ({
          dueAt,
        })),
        nextCursor: expect.any(String),
      });
      expect((await api.ask("/api/v1/schedules/dst/next?limit=51")).status).toBe(400);
      const { nextCursor } = (await api.ask("/api/v1/schedules/dst/next?limit=1")).json();
      expect((await api.ask(`/api/v1/schedules/dst/next?limit=1&cursor=${nextCursor}`)).json().items).toEqual([
        { dueAt: "2026-03-29T01:00:00.000Z" },
      ]);
    });

    it("gives the most occurrences of a rare crontab", async () => {
      await api.create("leap-days", { crontab: "0 0 29 2 *", timezone: "America/Sao_Paulo" });
      expect((await api.ask("/api/v1/schedules/leap-days/next?limit=50")).json().items).toHaveLength(50);
    });
  });

  describe("changing", () => {
    it("changes what is named, leaves the rest, and says who changed what", async () => {
      const secret = await createToken(api.db, "Ada", "admin");
      const { version } = await api.create("changes", { description: "first", retries: 7 });
      const response = await api.send("PATCH", "/api/v1/schedules/changes", { version, crontab: "0 4 * * *" }, secret);
      expect(response.json()).toMatchObject({ crontab: "0 4 * * *", description: "first", retries: 7, version: 2 });
      expect(await api.changesOf("changes")).toMatchObject([
        {
          action: "UPDATE",
          by: "Ada",
          at: api.clock.now().toISOString(),
          version: 2,
          before: { crontab: "0 3 * * *" },
          after: { crontab: "0 4 * * *" },
        },
        { action: "CREATE", by: "API_ADMIN_TOKEN", version: 1, before: null, after: { crontab: "0 3 * * *" } },
      ]);
    });

    it("counts a new timing from now, and leaves the clock alone for anything else", async () => {
      const { id } = await api.create("anchored", { crontab: undefined, everySeconds: 600 });
      const anchor = async () => (await api.db.schedule.findUniqueOrThrow({ where: { id } })).anchorAt.getTime();
      const createdAtMs = api.clock.now().getTime();
      api.clock.advance(MINUTE_MS);
      await api.send("PATCH", "/api/v1/schedules/anchored", { version: 1, description: "later" });
      expect(await anchor()).toBe(createdAtMs);
      await api.send("PATCH", "/api/v1/schedules/anchored", { version: 2, everySeconds: 300 });
      expect(await anchor()).toBe(createdAtMs + MINUTE_MS);
      api.clock.advance(MINUTE_MS);
      await api.send("POST", "/api/v1/schedules/anchored/disable");
      await api.send("POST", "/api/v1/schedules/anchored/enable");
      expect(await anchor()).toBe(createdAtMs + 2 * MINUTE_MS);
    });

    it("lets one of two concurrent edits win, and tells the other the current version", async () => {
      await api.create("contested");
      const answers = await Promise.all(
        ["first", "second"].map((description) =>
          api.send("PATCH", "/api/v1/schedules/contested", { version: 1, description }),
        ),
      );
      expect(answers.map(({ status }) => String(status)).sort()).toEqual(["200", "409"]);
      expect(answers.find(({ status }) => status === 409)!.json()).toMatchObject({
        code: "SCHEDULE_CHANGED",
        currentVersion: 2,
        detail: expect.stringContaining("is at version 2"),
      });
      const stale = await Promise.all([
        api.send("DELETE", "/api/v1/schedules/contested?version=1"),
        api.send("POST", "/api/v1/schedules/contested/disable", { version: 1 }),
      ]);
      expect(stale.map(({ status }) => status)).toEqual([409, 409]);
    });

    it("refuses a switch, a pause and a deletion that are meant for another version, and does nothing", async () => {
      const before = await api.create("moved-on");
      await api.send("PATCH", "/api/v1/schedules/moved-on", { version: 1, recordLimit: 3 });
      const path = "/api/v1/schedules/moved-on";
      for (const answer of [
        await api.send("POST", `${path}/disable`, { version: 1 }),
        await api.send("POST", `${path}/enable`, { version: 1 }),
        await api.send("POST", `${path}/pause`, { reason: "x", version: 1 }),
        await api.send("POST", `${path}/resume`, { version: 1 }),
        await api.send("DELETE", `${path}?version=1`),
      ])
        expect([answer.status, answer.json().currentVersion]).toEqual([409, 2]);
      expect((await api.ask(path)).json()).toMatchObject({ id: before.id, enabled: true, paused: null, version: 2 });
      expect((await api.send("DELETE", `${path}?version=2`)).status).toBe(204);
    });

    it("asks for the version of a change", async () => {
      await api.create("unversioned");
      const response = await api.send("PATCH", "/api/v1/schedules/unversioned", { description: "x" });
      expect(response.status).toBe(400);
      expect(response.json().errors[0].where).toBe("body.version");
    });

    it("makes no version and no audit of a change that changes nothing", async () => {
      await api.create("same");
      await api.send("PATCH", "/api/v1/schedules/same", { version: 1, crontab: "0 3 * * *", enabled: true });
      await api.send("POST", "/api/v1/schedules/same/enable");
      await api.send("POST", "/api/v1/schedules/same/resume");
      expect((await api.ask("/api/v1/schedules/same")).json().version).toBe(1);
      expect(await api.changesOf("same")).toHaveLength(1);
    });

    it("takes a ping URL, changes it and takes it away, and shows only where it leads", async () => {
      const pinged = (token: string) => `https://hc-ping.com/${token}`;
      const created = await api.create("pinged", { pingUrl: pinged("s3cret") });
      expect(created).toMatchObject({ pingOrigin: "https://hc-ping.com", version: 1 });
      const patch = (version: number, more: object) =>
        api.send("PATCH", "/api/v1/schedules/pinged", { version, ...more });
      const stored = async () => (await api.db.schedule.findFirstOrThrow({ where: { key: "pinged" } })).pingUrl;
      expect((await patch(1, { retries: 9, pingUrl: pinged("s3cret") })).json()).toMatchObject({ version: 2 });
      expect((await patch(2, { pingUrl: pinged("s3cret") })).json()).toMatchObject({ version: 2 });
      expect(await stored()).toBe(pinged("s3cret"));
      expect((await patch(2, { pingUrl: pinged("s3cret-2") })).json()).toMatchObject({ version: 3 });
      expect(await stored()).toBe(pinged("s3cret-2"));
      expect((await patch(3, { pingUrl: null })).json()).toMatchObject({ version: 4, pingOrigin: null });
      expect(await stored()).toBeNull();
      const refused = await patch(4, { pingUrl: "ftp://hc-ping.com/s3cret" });
      expect([refused.status, refused.json().errors]).toMatchObject([422, [{ where: "body.pingUrl" }]]);
      const changes = await api.changesOf("pinged");
      const marked = expect.stringMatching(/^https:\/\/hc-ping\.com\/… \(#[0-9a-f]{8}\)$/);
      expect(changes.map(({ after }) => after.pingUrl)).toEqual([null, marked, marked, marked]);
      expect(changes[1].after.pingUrl).not.toBe(changes[1].before.pingUrl);
      const shown = [created, changes, refused.json(), (await api.ask("/api/v1/schedules?q=pinged")).json()];
      expect(JSON.stringify(shown)).not.toContain("s3cret");
    });

    it("checks the arguments against the new task, and refuses what would not run", async () => {
      await api.create("retasked");
      const response = await api.send("PATCH", "/api/v1/schedules/retasked", {
        version: 1,
        task: "UserNotLoggedInPlatform",
      });
      expect(response.status).toBe(422);
      expect(response.json().errors).toMatchObject([{ where: "body.args.platform" }]);
    });

    it("turns a crontab into an interval and back", async () => {
      await api.create("turns", { timezone: "Europe/Paris" });
      const interval = await api.send("PATCH", "/api/v1/schedules/turns", { version: 1, everySeconds: 60 });
      expect(interval.json()).toMatchObject({ crontab: null, everySeconds: 60, timezone: null });
      const back = await api.send("PATCH", "/api/v1/schedules/turns", { version: 2, crontab: "0 5 * * *" });
      expect(back.json()).toMatchObject({ crontab: "0 5 * * *", everySeconds: null, timezone: "UTC" });
    });

    it("pauses with who, why and until when, and resumes", async () => {
      await api.create("pausing");
      const until = new Date(api.clock.now().getTime() + MINUTE_MS).toISOString();
      const paused = await api.send("POST", "/api/v1/schedules/pausing/pause", { reason: "stock count", until });
      expect(paused.json().paused).toEqual({
        at: api.clock.now().toISOString(),
        by: "API_ADMIN_TOKEN",
        reason: "stock count",
        until,
      });
      expect((await api.send("POST", "/api/v1/schedules/pausing/resume")).json().paused).toBeNull();
      expect((await api.changesOf("pausing")).map(({ action }: { action: string }) => action)).toEqual([
        "RESUME",
        "PAUSE",
        "CREATE",
      ]);
      const past = new Date(api.clock.now().getTime() - SECOND_MS).toISOString();
      const refused = await api.send("POST", "/api/v1/schedules/pausing/pause", { reason: "late", until: past });
      expect(refused.status).toBe(422);
      expect((await api.send("POST", "/api/v1/schedules/pausing/pause", {})).status).toBe(400);
    });
  });

  describe("deleting", () => {
    it("keeps the runs and the changes readable under the key, and frees the key", async () => {
      const { id } = await api.create("short-lived");
      await api.send("POST", "/api/v1/schedules/short-lived/pause", { reason: "old" });
      const runId = await insertRun(api.db, { status: "FINISHED", createdAt: api.clock.now(), scheduleId: id });
      expect((await api.send("DELETE", `/api/v1/schedules/${id}`)).status).toBe(204);

      expect((await api.ask("/api/v1/schedules/short-lived")).json().detail).toContain("was deleted at");
      expect((await api.ask("/api/v1/schedules?q=short-lived")).json().items).toEqual([]);
      expect((await api.send("POST", "/api/v1/schedules/short-lived/run")).status).toBe(404);
      const runs = (await api.ask("/api/v1/runs?schedule=short-lived")).json().items;
      expect(runs).toMatchObject([{ id: runId, schedule: "short-lived" }]);
      expect((await api.changesOf("short-lived"))[0]).toMatchObject({ action: "DELETE", after: null });

      const again = await api.create("short-lived", { crontab: "0 9 * * *" });
      expect(again).toMatchObject({ id, crontab: "0 9 * * *", enabled: true, paused: null, disabledReason: null });
      expect((await api.ask("/api/v1/runs?schedule=short-lived")).json().items).toHaveLength(1);
    });
  });

  describe("ENV schedules", () => {
    const path = "/api/v1/schedules/get-omnitron-orders-cron";

    it("cannot be changed, switched or deleted", async () => {
      const answers = await Promise.all([
        api.send("PATCH", path, { version: 1, description: "mine" }),
        api.send("POST", `${path}/disable`),
        api.send("POST", `${path}/enable`),
        api.send("DELETE", path),
      ]);
      for (const answer of answers) {
        expect(answer.status).toBe(409);
        expect(answer.json()).toMatchObject({ code: "READ_ONLY_SCHEDULE" });
      }
    });

    it("can be run and paused", async () => {
      expect((await api.send("POST", `${path}/run`)).status).toBe(202);
      expect((await api.send("POST", `${path}/pause`, { reason: "migration" })).json().paused).toMatchObject({
        by: "API_ADMIN_TOKEN",
      });
      expect((await api.send("POST", `${path}/resume`)).status).toBe(200);
    });
  });
});
