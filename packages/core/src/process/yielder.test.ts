import { expect, it } from "@jest/globals";

import { createYielder } from "./index.ts";

it("lets timers run in the middle of a long loop, and only as often as needed", async () => {
  let nowMs = 0;
  let turns = 0;
  const pause = createYielder(15, () => nowMs);
  let isOver = false;
  const count = () => {
    turns += 1;
    if (!isOver) setImmediate(count);
  };
  setImmediate(count);
  for (let step = 0; step < 1_600; step += 1) {
    nowMs += 1;
    await pause();
  }
  isOver = true;
  expect(turns).toBeGreaterThan(50);
  expect(turns).toBeLessThan(150);
});
