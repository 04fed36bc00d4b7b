import { createToken } from "@drumline/engine";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

import { type ApiUnderTest, apiUnderTest } from "../../test/api-under-test.ts";

describe("the rate limit", () => {
  let api: ApiUnderTest;
  beforeAll(async () => void (api = await apiUnderTest({ requestsPerMinute: 3 })));
  afterAll(() => api.close());

  it("answers 429 with Retry-After to a token that asks too often, and to no other", async () => {
    const other = await createToken(api.db, "other", "viewer");
    for (let asked = 0; asked < 3; asked += 1) expect((await api.ask("/api/v1/me")).status).toBe(200);
    const refused = await api.ask("/api/v1/me");
    expect([refused.status, refused.json()]).toEqual([
      429,
      expect.objectContaining({ title: "Too many requests", code: "TOO_MANY_REQUESTS" }),
    ]);
    expect(Number(refused.headers["retry-after"])).toBeGreaterThan(0);
    expect((await api.send("GET", "/api/v1/me", undefined, other)).status).toBe(200);
  });

  it("does not count probes of the health", async () => {
    for (let asked = 0; asked < 6; asked += 1)
      expect((await api.ask("/health/live", { anonymous: true })).status).toBe(200);
  });
});
