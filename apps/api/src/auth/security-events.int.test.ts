import { MINUTE_MS } from "@drumline/core/clock";
import { createToken } from "@drumline/engine";
import { recordAuditEvents } from "@drumline/audit/audit-events";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";

import { type SignInUnderTest, signInUnderTest } from "../../test/sign-in-under-test.ts";

describe("the security log", () => {
  let api: SignInUnderTest;
  beforeAll(async () => void (api = await signInUnderTest()));
  beforeEach(() => api.forgetTries());
  afterAll(() => api.close());

  const load = async (query: string) => (await api.ask(`/api/v1/security-events?${query}`)).json();

  it("tells of somebody who was refused: who, which route, and from where", async () => {
    const cookie = await api.cookieFor("vera");
    expect((await api.askWith(cookie, "/api/v1/users?disabled=true")).status).toBe(403);
    const { items } = await load("kind=REFUSED&actor=vera");
    expect(items).toMatchObject([
      {
        actor: "vera",
        remoteAddr: expect.stringMatching(/127\.0\.0\.1|::1/),
        detail: { code: "FORBIDDEN", via: "session", method: "GET", route: "/api/v1/users" },
      },
    ]);
    expect(JSON.stringify(items)).not.toContain("disabled");
  });

  it("tells of a session that another site tried to use", async () => {
    const cookie = await api.cookieFor("ada");
    await api.askWith(cookie, "/api/v1/users", { method: "POST", headers: { "sec-fetch-site": "cross-site" } });
    const { items } = await load("kind=REFUSED&actor=ada");
    expect(items).toMatchObject([{ detail: { code: "CROSS_SITE", via: "session", method: "POST" } }]);
  });

  it("tells of wrong tokens and of the moment they were too many, and does not fill up", async () => {
    const guess = () => api.send("GET", "/api/v1/me", undefined, "drumline_guess");
    for (let guesses = 0; guesses < 40; guesses += 1) await guess();
    expect(await api.db.securityEvent.count({ where: { kind: "WRONG_TOKEN" } })).toBe(20);
    expect(await api.db.securityEvent.count({ where: { kind: "WRONG_TOKENS_BLOCKED" } })).toBe(1);
    const rows = JSON.stringify((await load("kind=WRONG_TOKEN")).items);
    expect(rows).not.toContain("guess");
    api.clock.advance(MINUTE_MS + 1);
    await guess();
    expect(await api.db.securityEvent.count({ where: { kind: "WRONG_TOKEN" } })).toBe(21);
  });

  it("keeps every refusal out of it but twenty a minute, and says that there were more", async () => {
    const token = await createToken(api.db, "insistent", "viewer");
    for (let times = 0; times < 30; times += 1)
      expect((await api.send("GET", "/api/v1/tokens", undefined, token)).status).toBe(403);
    const { items } = await load("actor=insistent&limit=200");
    expect(items).toHaveLength(21);
    expect(items[0].detail).toMatchObject({ more: true });
  });

  it("is read page by page by admins, and by nobody else", async () => {
    const first = await load("limit=2");
    const second = await load(`limit=2&cursor=${first.nextCursor}`);
    const ids = [...first.items, ...second.items].map(({ id }: { id: string }) => Number(id));
    expect(ids).toEqual(ids.toSorted((left, right) => right - left));
    expect(new Set(ids).size).toBe(4);
    for (const path of ["security-events", "audit-events", "tokens", "webhook-subscriptions", "settings"])
      expect((await api.askWith(await api.cookieFor("otto"), `/api/v1/${path}`)).status).toBe(403);
  });
});

describe("the audit log", () => {
  let api: SignInUnderTest;
  beforeAll(async () => void (api = await signInUnderTest()));
  afterAll(() => api.close());

  it("is read newest first, page by page, also where many have one instant, and by each filter", async () => {
    const [at, later] = [new Date("2026-11-01T00:00:00Z"), new Date("2026-11-02T00:00:00Z")];
    const event = (no: number) => ({
      timestamp: no < 5 ? at : later,
      actor: no % 2 === 0 ? "ada" : "otto",
      entityType: "thing",
      entityId: String(no),
      content: { action: "touch", no },
    });
    await recordAuditEvents(
      api.db,
      Array.from({ length: 7 }, (_, no) => event(no)),
    );
    const load = async (query: string) => (await api.ask(`/api/v1/audit-events?entityType=thing&${query}`)).json();
    const seen: string[] = [];
    let cursor = "";
    do {
      const page = await load(`limit=2${cursor === "" ? "" : `&cursor=${cursor}`}`);
      seen.push(...page.items.map(({ entityId }: { entityId: string }) => entityId));
      cursor = page.nextCursor ?? "";
    } while (cursor !== "");
    expect(seen.slice(0, 2).toSorted()).toEqual(["5", "6"]);
    expect(new Set(seen).size).toBe(7);
    const numbersOf = async (query: string) =>
      (await load(query)).items.map(({ entityId }: { entityId: string }) => entityId).toSorted();
    expect(await numbersOf("actor=otto")).toEqual(["1", "3", "5"]);
    expect(await numbersOf("entityId=4")).toEqual(["4"]);
    expect(await numbersOf(`since=${later.toISOString()}`)).toEqual(["5", "6"]);
    expect(await numbersOf(`until=${later.toISOString()}`)).toEqual(["0", "1", "2", "3", "4"]);
  });
});
