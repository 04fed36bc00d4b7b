import { randomUUID } from "node:crypto";

import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

import { type ApiUnderTest, apiUnderTest } from "../../test/api-under-test.ts";
import { insertRun, insertSchedule } from "../../test/ledger-rows.ts";

interface Page {
  readonly items: { readonly id: string }[];
  readonly nextCursor: string | null;
}

describe("runs", () => {
  let api: ApiUnderTest;
  const ids: string[] = [];
  const sameInstant = new Date("2026-03-01T12:00:00Z");

  beforeAll(async () => {
    api = await apiUnderTest();
    const scheduleId = await insertSchedule(api.db, "get-omnitron-orders-cron", sameInstant);
    for (let number = 0; number < 7; number += 1) {
      const dueAt = new Date(sameInstant.getTime() + number * 10_000);
      ids.push(await insertRun(api.db, { status: "FINISHED", createdAt: sameInstant, scheduleId, dueAt }));
    }
    ids.push(await insertRun(api.db, { status: "FAILED", createdAt: new Date("2026-03-02T00:00:00Z"), task: "other" }));
  });
  afterAll(() => api.close());

  const page = async (query: string): Promise<Page> => (await api.ask(`/api/v1/runs?${query}`)).json();

  it("pages through every run once, also where many were created at one instant", async () => {
    const seen: string[] = [];
    for (let cursor: string | null = ""; cursor !== null;) {
      const { items, nextCursor }: Page = await page(`limit=3${cursor === "" ? "" : `&cursor=${cursor}`}`);
      seen.push(...items.map(({ id }) => id));
      cursor = nextCursor;
    }
    expect(seen).toHaveLength(8);
    expect(new Set(seen)).toEqual(new Set(ids));
    expect(seen[0]).toBe(ids.at(-1));
  });

  it.each([
    ["status=FAILED", 1],
    ["task=other", 1],
    ["schedule=get-omnitron-orders-cron", 7],
    ["schedule=get-omnitron-orders-cron&status=FAILED", 0],
    ["task=nobody", 0],
  ])("filters by %s", async (query, found) => {
    expect((await page(query)).items).toHaveLength(found);
  });

  it("shows one run with its log lines and chunks", async () => {
    const id = ids[0]!;
    await insertRun(api.db, { status: "FINISHED", createdAt: sameInstant, parentId: id, chunkNo: 1 });
    await api.db.runLog.createMany({
      data: ["first", "second"].map((message) => ({ runId: id, at: sameInstant, level: "info", message })),
    });
    const run = (await api.ask(`/api/v1/runs/${id}`)).json();
    expect(run).toMatchObject({ id, schedule: "get-omnitron-orders-cron", dueAt: "2026-03-01T12:00:00.000Z" });
    expect(run.log.map(({ message }: { message: string }) => message)).toEqual(["first", "second"]);
    expect(run.chunks).toHaveLength(1);
  });

  it("names every wrong parameter at once", async () => {
    const response = await api.ask("/api/v1/runs?limit=0&status=DONE&colour=red");
    expect(response.status).toBe(400);
    expect(response.headers["content-type"]).toContain("application/problem+json");
    expect(
      response
        .json()
        .errors.map(({ where }: { where: string }) => where)
        .sort(),
    ).toEqual(["querystring", "querystring.limit", "querystring.status"]);
  });

  it("refuses a cursor that it did not write", async () => {
    const response = await api.ask("/api/v1/runs?cursor=bm90aGluZw");
    expect(response.status).toBe(400);
    expect(response.json().detail).toMatch(/This is no cursor; pass the nextCursor of the page before/);
  });

  it("refuses a cursor of another filter", async () => {
    const { nextCursor } = await page("limit=3&status=FINISHED");
    expect((await api.ask(`/api/v1/runs?limit=2&status=FINISHED&cursor=${nextCursor}`)).status).toBe(200);
    expect((await api.ask(`/api/v1/runs?limit=3&cursor=${nextCursor}`)).json()).toMatchObject({
      status: 400,
      errors: [{ where: "querystring.cursor" }],
    });
  });

  it("answers 404 for a run that is not there and 400 for what is no id", async () => {
    expect((await api.ask(`/api/v1/runs/${randomUUID()}`)).status).toBe(404);
    expect((await api.ask("/api/v1/runs/1")).status).toBe(400);
  });
});
