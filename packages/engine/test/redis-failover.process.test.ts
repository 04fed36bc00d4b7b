import { afterEach, describe, expect, it } from "@jest/globals";

import { redisIsThere, untilTrue } from "@drumline/testing";

import { type Engine, openEngine } from "./engine-fixture.ts";
import { type RedisPair, startRedisPair } from "./redis-pair.ts";

(redisIsThere() ? describe : describe.skip)("a failover of Redis (skipped without a redis-server on the PATH)", () => {
  let pair: RedisPair;
  let engine: Engine;
  afterEach(async () => {
    await engine.close();
    await pair.close();
  });

  /** A task every second, and how many of its runs ended. */
  const startWork = async (redisUrl: string) => {
    engine = (await openEngine("redis", { redisUrl }))!;
    const task = engine.task(async () => ({}));
    await engine.worker();
    await engine.beat([engine.schedule(task, 1)]);
    const finished = async () => (await engine.runs(task)).filter(({ status }) => status === "FINISHED").length;
    const untilItRuns = async (what: string) => {
      const before = await finished();
      await untilTrue(async () => (await finished()) >= before + 2, { what: `runs end ${what}`, timeoutMs: 20_000 });
    };
    await untilItRuns("at first");
    return untilItRuns;
  };
  const trouble = () =>
    engine.backend.ping().then(
      () => null,
      (error: Error) => error.message,
    );

  it("that leaves connections open is followed within seconds, and seen as long as nothing can be written", async () => {
    pair = await startRedisPair({ isWatched: false });
    const untilItRuns = await startWork(pair.url);
    expect(await trouble()).toBeNull();
    await pair.failOver({ isAddressSwitched: false });
    await untilTrue(async () => (await trouble()) !== null, { what: "a replica is no queue backend" });
    expect(await trouble()).toMatch(
      /^The queue backend cannot be written to: READONLY .* REDIS_URL lead to the primary/,
    );
    pair.switchAddress();
    await untilItRuns("after the failover");
    expect(await trouble()).toBeNull();
  });

  it("that begins with a restart is waited for while the server loads its data", async () => {
    pair = await startRedisPair({ isWatched: false });
    const untilItRuns = await startWork(pair.url);
    await pair.restartLoading();
    await untilItRuns("once its data is loaded");
    expect(await trouble()).toBeNull();
  });

  it("that ends the workers' blocking calls with an error costs no more than the call", async () => {
    pair = await startRedisPair({ isWatched: false });
    const untilItRuns = await startWork(pair.url);
    let ended = 0;
    await untilTrue(async () => (ended += await pair.endBlockingCalls()) >= 10, { what: "ten blocking calls ended" });
    await untilItRuns("after its calls were ended");
    expect(await trouble()).toBeNull();
  });

  it("by Sentinel is followed by the URL that names the sentinels", async () => {
    pair = await startRedisPair({ isWatched: true });
    const untilItRuns = await startWork(pair.sentinelUrl);
    await pair.failOverBySentinel();
    await untilItRuns("after the failover");
    expect(await trouble()).toBeNull();
  });
});
