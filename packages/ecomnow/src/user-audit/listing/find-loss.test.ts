import { describe, expect, it } from "@jest/globals";

import { findLoss } from "./find-loss.ts";

const size = (listed: number, ofPlatform = listed, inView = listed) => ({ listed, ofPlatform, inView });
const NOTHING = size(0);

describe("a listing against the last one", () => {
  it.each([
    [100, 100, null],
    [100, 80, null],
    [100, 79, /79 users in the pool where 100 were expected/],
    [100, 0, /0 users in the pool/],
    [100, 250, null],
    [0, 0, null],
    [3, 2, /2 users in the pool where 3/],
  ])("of %i users that is %i now, and may lose 20 percent", (before, now, expected) => {
    const loss = findLoss(size(now), size(before), NOTHING, 20);
    if (expected === null) expect(loss).toBeNull();
    else expect(loss).toMatch(expected);
  });

  it("has nothing to be measured against the first time", () => {
    expect(findLoss(size(0), null, NOTHING, 0)).toBeNull();
  });

  it("does not count as lost what our own actions took away", () => {
    expect(findLoss(size(60), size(100), size(40), 0)).toBeNull();
    expect(findLoss(size(59), size(100), size(40), 0)).toMatch(/59 .* where 60/);
  });

  it("looks at the platform and at the view as well as at the pool", () => {
    expect(findLoss(size(100, 5, 50), size(100, 50, 50), NOTHING, 20)).toMatch(/^5 users of the platform where 50/);
    expect(findLoss(size(100, 50, 0), size(100, 50, 50), NOTHING, 20)).toMatch(/^0 rows .* in aws_user_view/);
  });

  it("may lose everything where the share is 100 percent", () => {
    expect(findLoss(NOTHING, size(100), NOTHING, 100)).toBeNull();
  });
});
