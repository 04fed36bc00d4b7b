import { describe, expect, it } from "@jest/globals";
import { Redis } from "ioredis";
import { redisIsThere, testDatabase, testRedis } from "./index.ts";

describe("testDatabase", () => {
  it("gives every caller a migrated, empty database of its own", async () => {
    const [one, two] = await Promise.all([testDatabase(), testDatabase()]);
    try {
      await one.db.$executeRaw`INSERT INTO channel (omnitron_id, name) VALUES (1, 'olist')`;
      expect(await one.db.channel.count()).toBe(1);
      expect(await two.db.channel.count()).toBe(0);
    } finally {
      await Promise.all([one.close(), two.close()]);
    }
  });
});

(redisIsThere() ? describe : describe.skip)("testRedis", () => {
  it("gives every caller an empty database of its own, and takes it back", async () => {
    const [one, two] = [(await testRedis())!, (await testRedis())!];
    expect(one.url).not.toBe(two.url);
    const redis = new Redis(one.url);
    await redis.set("left", "behind");
    await redis.quit();
    await Promise.all([one.close(), two.close()]);

    const again = (await testRedis())!;
    const reader = new Redis(again.url);
    expect(await reader.dbsize()).toBe(0);
    await reader.quit();
    await again.close();
  });
});
