import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

import { type ApiUnderTest, apiUnderTest } from "../../test/api-under-test.ts";

describe("a list as a file", () => {
  let api: ApiUnderTest;
  const csv = (path: string) => api.ask(path, { headers: { accept: "text/csv" } });
  const linesOf = (body: string) => body.trimEnd().split("\r\n");

  beforeAll(async () => {
    api = await apiUnderTest();
    await api.db.$executeRaw`
      INSERT INTO run (id, task, queue, origin, status, timeout_ms, created_at, finished_at, error)
      SELECT gen_random_uuid(), CASE WHEN n % 2 = 0 THEN 'even' ELSE 'odd' END, 'oms', 'MANUAL', 'FAILED', 1, now(), now() - n * interval '1 s', '=cmd|' || n
      FROM generate_series(1, 2500) n`;
  });
  afterAll(() => api.close());

  it("holds every row once, over all pages, in the order of the list", async () => {
    const answer = await csv("/api/v1/runs?task=even");
    expect(answer.headers).toMatchObject({
      "content-type": "text/csv; charset=utf-8",
      "content-disposition": 'attachment; filename="runs task-even.csv"',
      "cache-control": "no-store",
    });
    const [header, ...rows] = linesOf(answer.body);
    expect(header).toMatch(/^id,task,schedule,queue,origin,status,/);
    expect(rows).toHaveLength(1_250);
    const ids = rows.map((row) => row.split(",", 1)[0]);
    expect(new Set(ids).size).toBe(1_250);
    const { items } = (await api.ask("/api/v1/runs?task=even&limit=20")).json();
    expect(ids.slice(0, 20)).toEqual(items.map(({ id }: { id: string }) => id));
    expect(rows.every((row) => row.includes(",even,"))).toBe(true);
  });

  it("is the same by ?format=csv, with cells that are no formulas and instants as text", async () => {
    const [header, row] = linesOf((await api.ask("/api/v1/runs?format=csv&status=FAILED&task=odd")).body);
    const cell = (name: string) => row!.split(",")[header!.split(",").indexOf(name)];
    expect(cell("error")).toBe("'=cmd|1");
    expect(cell("createdAt")).toMatch(/^\d{4}-\d\d-\d\dT.*Z$/);
  });

  it("is there of every list, whatever it lists", async () => {
    const { paths } = api.app.swagger() as {
      paths: Record<string, { get?: { parameters?: { name: string; required?: boolean; in: string }[] } }>;
    };
    const lists = Object.entries(paths).filter(
      ([path, { get }]) =>
        !path.includes("{") &&
        get?.parameters?.some(({ name }) => name === "format") === true &&
        !get.parameters.some(({ required }) => required === true),
    );
    expect(lists.length).toBeGreaterThan(20);
    for (const [path] of lists) {
      const answer = await csv(path);
      expect([path, answer.status, answer.headers["content-type"]]).toEqual([path, 200, "text/csv; charset=utf-8"]);
      expect(linesOf(answer.body)[0]).toMatch(/^\w+(,\w+)*$/);
    }
  });

  it("is refused like the list, as a problem", async () => {
    const wrong = await csv("/api/v1/runs?status=NONE");
    expect([wrong.status, wrong.headers["content-type"]]).toEqual([400, "application/problem+json; charset=utf-8"]);
    expect((await api.ask("/api/v1/runs?format=csv", { anonymous: true })).status).toBe(401);
    expect((await api.ask("/api/v1/runs?format=pdf")).status).toBe(400);
    expect((await api.ask("/api/v1/runs?format=json")).json().items).toHaveLength(50);
  });

  it("says in its last line that it stopped early", async () => {
    await api.db.$executeRawUnsafe("ALTER TABLE run RENAME COLUMN worker TO worker_away");
    const broken = await csv("/api/v1/runs");
    expect(broken.status).toBe(500);
    await api.db.$executeRawUnsafe("ALTER TABLE run RENAME COLUMN worker_away TO worker");
    let pages = 0;
    const read = api.db.$transaction.bind(api.db);
    Object.assign(api.db, {
      $transaction: (...args: Parameters<typeof read>) => {
        pages += 1;
        return pages > 2 ? Promise.reject(new Error("the line is cut")) : (read(...args) as unknown);
      },
    });
    const lines = linesOf((await csv("/api/v1/runs")).body);
    expect(lines).toHaveLength(2_002);
    expect(lines.at(-1)).toBe("# stopped after 2000 rows by a fault: this is not all; ask again");
  });
});
