import { randomUUID } from "node:crypto";

import { afterAll, beforeAll, expect, it } from "@jest/globals";

import { deleteOldRecords } from "@drumline/db";
import { testDatabase, type TestDatabase } from "@drumline/testing";

import { toMailRetention } from "./retention.ts";

let database: TestDatabase;
beforeAll(async () => void (database = await testDatabase()));
afterAll(() => database.close());

it("lets mail go that was sent or refused, and keeps what waits for its sender or for a person", async () => {
  const before = new Date("2026-06-01T00:00:00Z");
  const old = new Date("2026-05-01T00:00:00Z");
  const mail = (
    key: string,
    status: "QUEUED" | "SENDING" | "SENT" | "FAILED" | "UNKNOWN",
    settledAt: Date | null = old,
  ) => ({
    id: randomUUID(),
    key,
    kind: "k",
    recipient: "r@example.com",
    subject: "s",
    textBody: "t",
    status,
    createdAt: old,
    settledAt,
  });
  await database.db.mail.createMany({
    data: [
      mail("sent", "SENT"),
      mail("failed", "FAILED"),
      mail("unknown", "UNKNOWN"),
      mail("queued", "QUEUED", null),
      mail("sending", "SENDING", null),
      mail("sent late", "SENT", new Date("2026-07-01T00:00:00Z")),
    ],
  });
  const [rule] = toMailRetention({ mailRetentionDays: 1 });
  const { signal } = new AbortController();
  expect(await deleteOldRecords(database.db, rule!, { before, at: before, batchSize: 1, limit: 1e6, signal })).toBe(2);
  const left = await database.db.mail.findMany({ orderBy: { key: "asc" } });
  expect(left.map(({ key }) => key)).toEqual(["queued", "sending", "sent late", "unknown"]);
});
