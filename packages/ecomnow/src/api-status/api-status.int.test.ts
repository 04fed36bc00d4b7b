import { manualClock, MINUTE_MS } from "@drumline/core/clock";
import { RateLimited } from "@drumline/outbound/http";
import { type MailMessage, MailOutcomeUnknown } from "@drumline/outbound/mail";
import { testDatabase, type TestDatabase } from "@drumline/testing";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";

import { apiStatusCheck } from "./api-status-check.ts";
import { type EcomnowRunOptions, NOON, startEcomnowRun } from "../../test/ecomnow-run.ts";
import { type LocalServer, type Respond, startLocalServer } from "../../test/local-server.ts";

let store: TestDatabase;
let server: LocalServer;
let status: number;
let mails: MailMessage[];
let failMail: Error | null;
const clock = manualClock(NOON);

beforeAll(async () => {
  [store, server] = await Promise.all([testDatabase(), startLocalServer()]);
  server.respond = ordinary;
});
const ordinary: Respond = (request, response) => {
  if (request.url === "/silent") return;
  response.writeHead(status).end('{"status":"ok"}');
};
afterAll(async () => {
  await Promise.all([store.close(), server.close()]);
});
beforeEach(async () => {
  await store.db.apiStatus.deleteMany();
  await store.db.mail.deleteMany();
  [status, mails, failMail] = [200, [], null];
});

const mailer = {
  send: async (message: MailMessage) => {
    if (failMail !== null) throw failMail;
    mails.push(message);
    return "id";
  },
};

const watch = (name: string, data: object = {}) =>
  store.db.apiStatus.create({ data: { name, url: `${server.url}/${name}`, recipients: ["ops@example.com"], ...data } });

async function check(options: EcomnowRunOptions = {}) {
  clock.advance(MINUTE_MS);
  const run = startEcomnowRun(store.db, {
    clock,
    settings: { ecomnowPrivateHosts: [server.host] },
    env: { ECOMNOW_SECRET_PROBE: "s3cret" },
    gateways: { mailer },
    ...options,
  });
  return { ...run, result: await apiStatusCheck(run.context) };
}

describe("a watched API", () => {
  it("is known by its actual status, latency, since when and failures in a row; mail only tells of changes", async () => {
    await watch("shop", { bodyMatch: '"ok"', headers: { "x-key": "env:ECOMNOW_SECRET_PROBE" } });
    expect((await check()).result).toMatchObject({ checked: 1, up: 1, mailed: 0 });
    expect(server.requests.at(-1)!.headers["x-key"]).toBe("s3cret");
    const upSince = clock.now();
    await check();
    expect(await store.db.apiStatus.findFirst()).toMatchObject({
      state: "UP",
      stateSince: upSince,
      actualStatus: 200,
      consecutiveFailures: 0,
    });

    status = 503;
    expect((await check()).result).toMatchObject({ down: 1, wentDown: 1, mailed: 1 });
    const downSince = clock.now();
    expect((await check()).result).toMatchObject({ down: 1, wentDown: 0, mailed: 0 });
    expect(await store.db.apiStatus.findFirst()).toMatchObject({
      state: "DOWN",
      stateSince: downSince,
      actualStatus: 503,
      consecutiveFailures: 2,
      lastError: "answered 503, expected 200",
    });

    status = 200;
    expect((await check()).result).toMatchObject({ cameBack: 1, mailed: 1 });
    expect(mails.map(({ to, subject }) => [to, subject])).toEqual([
      [["ops@example.com"], "shop is down"],
      [["ops@example.com"], "shop is up again"],
    ]);
    expect(mails[1]!.text).toContain(`down since ${downSince.toISOString()}`);
    expect(await store.db.apiStatusCheck.findMany({ orderBy: { checkedAt: "asc" }, select: { isOk: true } })).toEqual(
      [true, true, false, false, true].map((isOk) => ({ isOk })),
    );
  });

  it("is down when the body lacks its text, nobody listens or nobody answers in time", async () => {
    await watch("text", { bodyMatch: "healthy" });
    await watch("gone", { url: "http://127.0.0.1:1/" });
    await watch("silent", { timeoutMs: 150 });
    const { result } = await check({ settings: { ecomnowPrivateHosts: [server.host, "127.0.0.1:1"] } });
    expect(result).toMatchObject({ down: 3, mailed: 3 });
    const found = await store.db.apiStatus.findMany({ orderBy: { id: "asc" } });
    expect(found.map(({ lastError }) => lastError)).toEqual([
      expect.stringContaining("without"),
      expect.stringContaining("could not be reached"),
      expect.stringContaining("did not answer within 150 ms"),
    ]);
  });

  it("is up however much it answers; its text is looked for at the beginning", async () => {
    const body = Buffer.from(`{"status":"ok"}${"x".repeat(2 * 1024 * 1024)}`);
    server.respond = (_request, response) =>
      void response.writeHead(status, { "content-length": body.length }).end(body);
    try {
      await watch("long");
      await watch("found", { bodyMatch: '"ok"' });
      await watch("missing", { bodyMatch: "healthy" });
      expect((await check()).result).toMatchObject({ up: 2, down: 1 });
      const found = await store.db.apiStatus.findMany({ orderBy: { id: "asc" } });
      expect(found.map(({ state, actualStatus, lastError }) => [state, actualStatus, lastError])).toEqual([
        ["UP", 200, null],
        ["UP", 200, null],
        ["DOWN", 200, 'answered 200, but without "healthy" in the first 1048576 bytes of the body'],
      ]);
    } finally {
      server.respond = ordinary;
    }
  });

  it("is down when its answer breaks off or does not end in time", async () => {
    server.respond = (request, response) => {
      response.writeHead(200, { "content-length": "100" }).write("{", () => {
        if (request.url === "/torn") response.destroy();
      });
    };
    try {
      await watch("torn");
      await watch("endless", { timeoutMs: 150 });
      expect((await check()).result).toMatchObject({ up: 0, down: 2 });
    } finally {
      server.respond = ordinary;
    }
  });

  it("is not called down for a mistake in our own table", async () => {
    await watch("metadata", { url: "http://169.254.169.254/latest/meta-data" });
    await watch("keyless", { headers: { authorization: "env:ECOMNOW_SECRET_MISSING" } });
    await watch("database", { headers: { authorization: "env:DATABASE_URL" } });
    const { result, problems } = await check({ env: { DATABASE_URL: "postgres://secret" } });
    expect(result).toMatchObject({ checked: 0, unchecked: 3, mailed: 0 });
    expect(JSON.stringify(problems)).not.toContain("postgres:");
  });

  it("has its mail sent later when the provider asks for patience, and not again when nobody knows", async () => {
    await watch("shop");
    status = 500;
    failMail = new RateLimited({ system: "SES", method: "SendEmail", url: "mail" }, 1_000);
    expect((await check()).result).toMatchObject({ wentDown: 1, mailed: 0, mailsLeft: 1 });
    failMail = new MailOutcomeUnknown({ system: "SES", method: "SendEmail", url: "mail" }, "did not answer", null);
    expect((await check()).problems).toEqual([
      { recordId: expect.stringMatching(/^api-status/), error: expect.stringContaining("UNKNOWN") },
    ]);
    failMail = null;
    await check();
    expect(mails).toEqual([]);
  });

  it("is told about once by two runs at a time, and only listed by a dry run", async () => {
    await watch("shop");
    status = 500;
    expect((await check({ dryRun: true })).result).toMatchObject({ wouldCheck: 1 });
    expect(await store.db.apiStatusCheck.count()).toBe(0);
    await Promise.all([check(), check()]);
    await check();
    expect(mails).toHaveLength(1);
  });
});
