import { createToken } from "@drumline/engine";
import { type NewProblem, openProblems, type ProblemKind } from "@drumline/problems";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";

import { type ApiUnderTest, apiUnderTest } from "../../test/api-under-test.ts";

const PATH = "/api/v1/problems";
const HELD: ProblemKind = { context: "oms", name: "ORDER_HELD", severity: "WARNING", cure: "Look at the order." };
const UNKNOWN_MAIL: ProblemKind = { context: "outbound", name: "MAIL_UNKNOWN", severity: "ERROR", cure: "Ask." };

describe("problems over HTTP", () => {
  let api: ApiUnderTest;
  let operator: string;
  let viewer: string;
  beforeAll(async () => {
    api = await apiUnderTest();
    operator = await createToken(api.db, "Olga", "operator");
    viewer = await createToken(api.db, "Vera", "viewer");
  });
  afterAll(() => api.close());
  beforeEach(async () => {
    await api.db.$executeRaw`TRUNCATE problem, audit_event RESTART IDENTITY`;
  });

  const open = (kind: ProblemKind, key: string, more: Partial<NewProblem> = {}) =>
    openProblems(api.db, [{ kind, subject: { type: "order", key }, reason: "it waits", ...more }], api.clock.now());
  const keys = async (query: string) =>
    (await api.ask(`${PATH}?${query}`)).json().items.map(({ subjectKey }: { subjectKey: string }) => subjectKey);
  const resolve = (id: string, body: object, token = operator) =>
    api.send("POST", `${PATH}/${id}/resolve`, body, token);

  it("are listed newest first, filtered and paged", async () => {
    await open(HELD, "10001");
    await open(UNKNOWN_MAIL, "10002");
    await open(HELD, "10003", { severity: "ERROR" });
    await resolve("1", { note: "done" });
    expect(await keys("")).toEqual(["10003", "10002", "10001"]);
    expect(await keys("open=true")).toEqual(["10003", "10002"]);
    expect(await keys("open=false")).toEqual(["10001"]);
    expect(await keys("kind=ORDER_HELD")).toEqual(["10003", "10001"]);
    expect(await keys("context=outbound")).toEqual(["10002"]);
    expect(await keys("severity=ERROR&open=true")).toEqual(["10003", "10002"]);
    expect(await keys("subjectKey=10002")).toEqual(["10002"]);
    expect(await keys(`subjectKey=${encodeURIComponent("' OR 1=1 --")}`)).toEqual([]);
    expect(await keys("q=1000")).toEqual(["10003", "10002", "10001"]);
    expect(await keys("q=0002")).toEqual([]);
    expect(await keys("q=2")).toEqual(["10002"]);
    expect(await keys(`q=${"9".repeat(300)}`)).toEqual([]);
    expect(await keys(`q=${encodeURIComponent("10%")}`)).toEqual([]);
    const first = (await api.ask(`${PATH}?limit=2`)).json();
    expect(first.items).toHaveLength(2);
    expect(await keys(`limit=2&cursor=${first.nextCursor}`)).toEqual(["10001"]);
    expect((await api.ask(`${PATH}?severity=BAD`)).status).toBe(400);
  });

  it("about somebody are not found by viewers by the beginning of an address, which could be guessed", async () => {
    await open(HELD, "ada@example.com");
    expect(await keys("q=ad")).toEqual(["ada@example.com"]);
    expect((await api.send("GET", `${PATH}?q=ad`, undefined, viewer)).json().items).toEqual([]);
  });

  it("say why, what can be done, and what was found; a list leaves the last one out", async () => {
    const actions = [{ label: "Look", method: "GET" as const, path: "/api/v1/oms/packages?orderNumber=1" }];
    await open(HELD, "1", { detail: { record: { number: "1", lines: [1, 2] } }, actions });
    const { detail, ...view } = (await api.ask(`${PATH}/1`)).json();
    expect(detail).toEqual({ record: { number: "1", lines: [1, 2] } });
    expect(view).toMatchObject({
      kind: "ORDER_HELD",
      reason: "it waits",
      cure: "Look at the order.",
      open: true,
      actions,
    });
    expect((await api.ask(PATH)).json().items).toEqual([view]);
    expect((await api.ask(`${PATH}/2`)).status).toBe(404);
  });

  it("are resolved once, by an operator, who stands in the row and in the audit", async () => {
    await open(HELD, "1");
    expect((await resolve("1", { note: "done" }, viewer)).status).toBe(403);
    expect((await resolve("1", { note: "  " })).status).toBe(400);
    const resolved = await resolve("1", { note: "called the client", accepted: true });
    expect([resolved.status, resolved.json()]).toMatchObject([
      200,
      { open: false, closedBy: "Olga", note: "called the client", ending: "BY_PERSON", accepted: true, version: 2 },
    ]);
    expect(await api.db.auditEvent.findMany()).toMatchObject([
      {
        actor: "Olga",
        entityType: "problem",
        entityId: "1",
        content: { action: "resolve", note: "called the client" },
      },
    ]);
    const again = await resolve("1", { note: "me too" });
    expect([again.status, again.json()]).toMatchObject([
      409,
      { code: "CLOSED", currentVersion: 2, detail: expect.stringContaining("by Olga") },
    ]);
    expect(await api.db.auditEvent.count()).toBe(1);
    expect((await resolve("9", { note: "done" })).status).toBe(404);
  });

  it("are not resolved when they say something else than what was looked at", async () => {
    await open(HELD, "1");
    await open(HELD, "1", { reason: "it is lost" });
    const stale = await resolve("1", { note: "done", version: 1 });
    expect([stale.status, stale.json()]).toMatchObject([
      409,
      { code: "CHANGED", currentVersion: 2, detail: expect.stringContaining("it is lost") },
    ]);
    expect((await resolve("1", { note: "done", version: 2 })).status).toBe(200);
  });

  it("are counted in readiness, which they turn not red, in the metrics and in the overview", async () => {
    const readiness = async () => (await api.ask("/health/ready")).json();
    const before = await readiness();
    expect(before).toMatchObject({ openProblems: { error: 0, warning: 0, info: 0 }, warnings: [] });
    await open(HELD, "1");
    await open(HELD, "2");
    expect(await readiness()).toMatchObject({ reasons: before.reasons, openProblems: { warning: 2 }, warnings: [] });
    await open(UNKNOWN_MAIL, "3");
    expect(await readiness()).toMatchObject({
      reasons: before.reasons,
      openProblems: { error: 1, warning: 2 },
      warnings: [{ code: "OPEN_PROBLEMS", message: expect.stringContaining("MAIL_UNKNOWN 1. drumline problems") }],
    });
    const { body } = await api.ask("/metrics");
    expect(body).toContain('drumline_problems_open{context="oms",kind="ORDER_HELD",severity="WARNING"} 2');
    expect(body).toContain('drumline_problems_open{context="outbound",kind="MAIL_UNKNOWN",severity="ERROR"} 1');
    expect((await api.ask("/api/v1/overview")).json().counters).toMatchObject({
      openProblems: { error: 1, warning: 2 },
    });
  });
});
