import { parseCrontab } from "@drumline/core/scheduling";
import { messageOf } from "@drumline/core/errors";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

import { nightly, type SchedulesUnderTest, schedulesUnderTest } from "../../test/schedules-under-test.ts";

describe("a new schedule", () => {
  let api: SchedulesUnderTest;
  beforeAll(async () => void (api = await schedulesUnderTest()));
  afterAll(() => api.close());

  describe("creating", () => {
    it("fills in what was left out, from the task and the trigger", async () => {
      const response = await api.send("POST", "/api/v1/schedules", nightly("refunds-nightly"));
      expect(response.status).toBe(201);
      const created = response.json();
      expect(response.headers["location"]).toBe(`/api/v1/schedules/${created.id}`);
      expect(created).toMatchObject({
        key: "refunds-nightly",
        source: "API",
        enabled: true,
        crontab: "0 3 * * *",
        everySeconds: null,
        timezone: "UTC",
        inWords: "at 03:00",
        args: {},
        description: "Does what the test says.",
        overlap: "skip",
        missed: "once",
        timeoutMs: 60_000,
        version: 1,
        warnings: [],
      });
      expect((await api.ask(`/api/v1/schedules/${created.id}`)).json()).toEqual(created);
      expect((await api.ask("/api/v1/schedules/refunds-nightly")).json()).toEqual(created);
    });

    it("takes intervals as numbers and as products, arguments, zones and policies", async () => {
      const created = await api.create("us-audit", {
        task: "UserNotLoggedInPlatform",
        args: { platform: "US" },
        crontab: undefined,
        everySeconds: "60*5",
        overlap: "queue_one",
        retries: 0,
        recordLimit: 500,
      });
      expect(created).toMatchObject({ everySeconds: 300, timezone: null, missed: "skip", args: { platform: "US" } });
      expect(created).toMatchObject({ overlap: "queue_one", retries: 0, recordLimit: 500 });
      expect(await api.create("amsterdam", { timezone: "Europe/Amsterdam" })).toMatchObject({
        timezone: "Europe/Amsterdam",
      });
    });

    it("warns of a crontab that does what its author may not expect", async () => {
      expect((await api.create("both-days", { crontab: "0 3 13 * 5" })).warnings[0]).toMatch(
        /it runs when either matches/,
      );
    });

    it("refuses a task that is not implemented, with the list and the one that was meant", async () => {
      const response = await api.send("POST", "/api/v1/schedules", nightly("slip", { task: "RefundUpdate" }));
      expect(response.status).toBe(422);
      expect(response.headers["content-type"]).toBe("application/problem+json; charset=utf-8");
      expect(response.json()).toMatchObject({
        type: "about:blank",
        title: "Unprocessable content",
        status: 422,
        code: "UNKNOWN_TASK",
        didYouMean: "RefundUpdates",
        implementedTasks: ["UserNotLoggedInPlatform", "RefundUpdates", "oms.orders.tasks.get_orders_from_omnitron"],
        errors: [{ where: "body.task", problem: 'there is no task "RefundUpdate"' }],
      });
    });

    it("refuses a task of the catalogue that nobody has written yet", async () => {
      const response = await api.send("POST", "/api/v1/schedules", nightly("box", { task: "Boxout" }));
      expect(response.status).toBe(422);
      expect(response.json().errors[0].problem).toContain("not implemented yet");
    });

    it.each(["61 3 * * *", "0 3 * *", "@daily", "*/90 * * * *", "0 0 31 2 *", ""])(
      "refuses the crontab %j in the words of the parser",
      async (crontab) => {
        const response = await api.send("POST", "/api/v1/schedules", nightly("cron", { crontab }));
        expect(response.status).toBe(422);
        expect(response.json().errors).toMatchObject([{ where: "body.crontab", problem: wordsOf(crontab) }]);
      },
    );

    const wordsOf = (crontab: string): string => {
      try {
        return parseCrontab(crontab, "crontab").text;
      } catch (error) {
        return messageOf(error);
      }
    };

    it("names everything that is wrong at once", async () => {
      const response = await api.send("POST", "/api/v1/schedules", {
        key: "a b",
        task: "UserNotLoggedInPlatform",
        args: { months: 0, colour: "red" },
        crontab: "x",
        timezone: "Europe/Amsterdan",
      });
      expect(response.status).toBe(422);
      const { errors } = response.json();
      expect(errors.map(({ where }: { where: string }) => where).sort()).toEqual([
        "body.args",
        "body.args.months",
        "body.args.platform",
        "body.crontab",
        "body.key",
        "body.timezone",
      ]);
      expect(JSON.stringify(errors)).toContain("did you mean Europe/Amsterdam?");
    });

    it.each([
      ["both timings", { everySeconds: 60 }, "body.crontab"],
      ["no timing", { crontab: undefined }, "body.crontab"],
      ["a zone for an interval", { crontab: undefined, everySeconds: 60, timezone: "UTC" }, "body.timezone"],
      ["an interval of no time", { crontab: undefined, everySeconds: 0 }, "body.everySeconds"],
      ["an interval with a unit", { crontab: undefined, everySeconds: "5m" }, "body.everySeconds"],
      ["an offset for a zone", { timezone: "+02:00" }, "body.timezone"],
      ["the key of an ENV entry", { key: "get-omnitron-orders-cron" }, "body.key"],
      ["a key that looks like an id", { key: "0b0f4c3e-4f7b-4c39-9d1c-2f7a8f1f0a11" }, "body.key"],
    ])("refuses %s", async (_what, more, where) => {
      const response = await api.send("POST", "/api/v1/schedules", nightly("no", more));
      expect(response.status).toBe(422);
      expect(response.json().errors.map((error: { where: string }) => error.where)).toEqual([where]);
    });

    it("refuses a key that is taken, also when two ask at the same moment", async () => {
      const answers = await Promise.all([1, 2, 3].map(() => api.send("POST", "/api/v1/schedules", nightly("twice"))));
      expect(answers.map(({ status }) => String(status)).sort()).toEqual(["201", "409", "409"]);
      expect(answers.find(({ status }) => status === 409)!.json()).toMatchObject({ code: "SCHEDULE_EXISTS" });
      expect(await api.changesOf("twice")).toHaveLength(1);
    });
  });

  describe("bad input", () => {
    const malformed: [string, string | object][] = [
      ["an unknown field", nightly("x", { colour: "red" })],
      ["a field of another type", nightly("x", { enabled: "yes" })],
      ["a list for arguments", nightly("x", { args: [] })],
      ["a number out of range", nightly("x", { priority: -1 })],
      ["no task", { key: "x", crontab: "0 3 * * *" }],
      ["a list", [nightly("x")]],
      ["null", "null"],
      ["no JSON", "{"],
      ["a prototype", '{"__proto__":{"task":"RefundUpdates"},"key":"x"}'],
      ["a NUL", nightly("x", { description: "a\u0000b" })],
      ["a NUL in the arguments", nightly("x", { args: { "a\u0000": 1 } })],
      ["half a character", `{"key":"x","task":"RefundUpdates","crontab":"0 3 * * *","description":"\\ud800"}`],
      ["a line break for a header", nightly("x", { description: "a\r\nset-cookie: b=c" })],
      ["nesting without an end", `{"key":"x","args":{"a":${"[".repeat(20_000)}${"]".repeat(20_000)}}}`],
    ];
    it.each(malformed)("answers %s with 400 in problem details", async (_what, body) => {
      const before = await api.db.schedule.count();
      const response = await api.send("POST", "/api/v1/schedules", body);
      expect([response.status, response.json()]).toEqual([400, expect.objectContaining({ type: "about:blank" })]);
      expect(response.headers["content-type"]).toBe("application/problem+json; charset=utf-8");
      expect(await api.db.schedule.count()).toBe(before);
    });

    it("answers a body that is too large with 413", async () => {
      const response = await api.send("POST", "/api/v1/schedules", nightly("x", { args: { a: "x".repeat(70_000) } }));
      expect(response.status).toBe(413);
      expect(response.json()).toMatchObject({ status: 413, title: "Content too large" });
    });

    it.each(["'; DROP TABLE schedule; --", "x\r\nset-cookie: a=b", "<script>", "../../etc", "a".repeat(101), ""])(
      "refuses the key %j, and the table stands",
      async (key) => {
        const response = await api.send("POST", "/api/v1/schedules", nightly(key));
        expect(response.status).toBe(422);
        expect(response.headers).not.toHaveProperty("set-cookie");
        expect(await api.db.schedule.count()).toBeGreaterThan(0);
      },
    );

    it("keeps SQL in a description as the text it is", async () => {
      const description = "'); DELETE FROM run; -- ${jndi} %s \\";
      expect((await api.create("quoted", { description })).description).toBe(description);
      const found = (await api.ask(`/api/v1/schedules?q=${encodeURIComponent("'); delete from")}`)).json();
      expect(found.items.map(({ key }: { key: string }) => key)).toEqual(["quoted"]);
    });

    it.each(["/api/v1/schedules/%00", "/api/v1/schedules?q=%00", "/api/v1/runs?task=%00", "/api/v1/schedules?limit=0"])(
      "answers %s with 400",
      async (path) => {
        expect((await api.ask(path)).status).toBe(400);
      },
    );

    it.each(["nobody", "0b0f4c3e-4f7b-4c39-9d1c-2f7a8f1f0a11", "%27%20OR%201%3D1"])(
      "answers 404 for the schedule %s, whatever is asked of it",
      async (id) => {
        const answers = await Promise.all([
          api.ask(`/api/v1/schedules/${id}`),
          api.ask(`/api/v1/schedules/${id}/next`),
          api.send("PATCH", `/api/v1/schedules/${id}`, { version: 1 }),
          api.send("DELETE", `/api/v1/schedules/${id}`),
          api.send("POST", `/api/v1/schedules/${id}/run`),
          api.send("POST", `/api/v1/schedules/${id}/disable`),
        ]);
        expect(answers.map(({ status }) => status)).toEqual([404, 404, 404, 404, 404, 404]);
      },
    );
  });
});
