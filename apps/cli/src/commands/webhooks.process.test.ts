import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { fileURLToPath } from "node:url";

import { testDatabase, type TestDatabase, testRedis, type TestRedis } from "@drumline/testing";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

const DRUMLINE = fileURLToPath(new URL("../../bin/drumline.js", import.meta.url));

describe("drumline webhooks", () => {
  let store: TestDatabase;
  let redis: TestRedis | null;
  beforeAll(async () => {
    [store, redis] = await Promise.all([testDatabase(), testRedis()]);
  });
  afterAll(async () => {
    await Promise.all([store.close(), redis?.close()]);
  });

  function drumline(...args: string[]): Promise<{ status: number; stdout: string; stderr: string }> {
    const env = { PATH: process.env["PATH"], DATABASE_URL: store.url, REDIS_URL: redis?.url ?? "" };
    return new Promise((resolve) => {
      execFile(process.execPath, [DRUMLINE, "webhooks", ...args], { env }, (error, stdout, stderr) => {
        resolve({ status: typeof error?.code === "number" ? error.code : 0, stdout, stderr });
      });
    });
  }

  it("lists what came in and hands one on again, on record, and once only while it waits", async () => {
    const { db } = store;
    const at = new Date("2026-11-20T12:00:00Z");
    const source = { id: randomUUID(), name: "shop", consumer: "test", scheme: "NONE", tokenHash: "a" } as const;
    await db.webhookSource.create({ data: { ...source, createdAt: at, updatedAt: at } });
    const request = { source: "shop", sourceId: source.id, eventUuid: "e1", topic: "orders/create", createdAt: at };
    const { id } = await db.webhookRequest.create({
      data: { ...request, status: "FAILED", error: "is no order", raw: Buffer.from("{}") },
    });
    expect((await drumline("--status", "FAILED")).stdout).toMatch(/shop +orders\/create .*FAILED .*e1 +is no order/);
    const replayed = await drumline("replay", String(id), "--by", "ada");
    expect([replayed.status, replayed.stdout]).toEqual([0, `webhook request ${id} of shop is due again\n`]);
    expect(await db.webhookRequest.findFirst()).toMatchObject({ status: "RECEIVED", replays: 1, error: null });
    expect(await db.auditEvent.findMany()).toMatchObject([{ actor: "ada", entityType: "webhook_request" }]);
    const [again, wrong, missing] = await Promise.all(
      [String(id), "x", "99"].map((which) => drumline("replay", which)),
    );
    expect([again!.status, again!.stderr]).toEqual([1, expect.stringContaining("waits to be handed on anyway")]);
    expect([wrong!.status, missing!.status]).toEqual([2, 1]);
  }, 240_000);
});
