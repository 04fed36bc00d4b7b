import { randomUUID } from "node:crypto";

import { type CommandLine, openCommandLine } from "@drumline/testing";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

describe("drumline webhooks", () => {
  let cli: CommandLine;
  beforeAll(async () => void (cli = await openCommandLine()));
  afterAll(() => cli.close());

  const drumline = (...args: string[]) => cli.run("webhooks", ...args);

  it("lists what came in and hands one on again, on record, and once only while it waits", async () => {
    const { db } = cli;
    const at = new Date("2026-11-20T12:00:00Z");
    const source = { id: randomUUID(), name: "shop", consumer: "test", scheme: "NONE", tokenHash: "a" } as const;
    await db.webhookSource.create({ data: { ...source, createdAt: at, updatedAt: at } });
    const request = { source: "shop", sourceId: source.id, eventUuid: "e1", topic: "orders/create", createdAt: at };
    const { id } = await db.webhookRequest.create({
      data: { ...request, status: "FAILED", error: "is no order", raw: Buffer.from("{}") },
    });
    expect((await drumline("--status", "FAILED")).output).toMatch(/shop +orders\/create .*FAILED .*e1 +is no order/);
    const replayed = await drumline("replay", String(id), "--by", "ada");
    expect([replayed.code, replayed.output]).toEqual([0, `webhook request ${id} of shop is due again\n`]);
    expect(await db.webhookRequest.findFirst()).toMatchObject({ status: "RECEIVED", replays: 1, error: null });
    expect(await db.auditEvent.findMany()).toMatchObject([{ actor: "ada", entityType: "webhook_request" }]);
    const [again, wrong, missing] = await Promise.all(
      [String(id), "x", "99"].map((which) => drumline("replay", which)),
    );
    expect([again!.code, again!.errors]).toEqual([1, expect.stringContaining("waits to be handed on anyway")]);
    expect([wrong!.code, missing!.code]).toEqual([2, 1]);
  }, 600_000);
});
