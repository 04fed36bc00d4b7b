import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

import { type ApiUnderTest, apiUnderTest } from "../../test/api-under-test.ts";
import { insertRun } from "../../test/ledger-rows.ts";

describe("an answer of the api", () => {
  let api: ApiUnderTest;
  beforeAll(async () => void (api = await apiUnderTest()));
  afterAll(() => api.close());

  it("is 304 without a body while it has not changed, and whole again when it has", async () => {
    const first = await api.ask("/api/v1/runs");
    expect(first.headers).toMatchObject({ "cache-control": "private, no-cache", etag: expect.stringMatching(/^W\/"/) });
    const headers = { "if-none-match": `"other", ${first.headers["etag"]}` };
    const same = await api.ask("/api/v1/runs", { headers });
    expect([same.status, same.body, same.headers["etag"]]).toEqual([304, "", first.headers["etag"]]);
    await insertRun(api.db, { status: "FINISHED", createdAt: new Date() });
    const changed = await api.ask("/api/v1/runs", { headers });
    expect(changed.status).toBe(200);
    expect(changed.json().items).toHaveLength(1);
  });

  it("is kept nowhere where it is a refusal, or of no list", async () => {
    for (const path of ["/api/v1/runs?status=NONE", "/health/live"])
      expect((await api.ask(path)).headers["cache-control"]).toBe("no-store");
    expect((await api.ask("/api/v1/runs", { anonymous: true })).headers["cache-control"]).toBe("no-store");
  });
});
