import { describe, expect, it } from "@jest/globals";

import { HEADER, row, rows, serve, useFeeds } from "./feeds-under-test.ts";

const feeds = useFeeds();
const shown = async () =>
  (await feeds.store.db.problem.findMany({ orderBy: { id: "asc" } })).map(
    ({ kind, subjectKey, seenCount, closedAt }) =>
      `${kind} ${subjectKey} ${seenCount}× ${closedAt === null ? "open" : "closed"}`,
  );

describe("what a person must see of a vendor's feed", () => {
  it("is that some of its lines are bad, until they are corrected", async () => {
    await feeds.addVendor("acme");
    const bad = serve(HEADER + rows(20) + row("S20", "x"));
    await feeds.runWith(bad);
    await feeds.runWith(bad);
    expect(await shown()).toEqual(["FEED_BAD_LINES acme 2× open"]);
    const [problem] = await feeds.store.db.problem.findMany();
    expect(problem).toMatchObject({ reason: "lines are bad: BAD_QUANTITY", detail: { counts: { bad: 1 } } });
    expect(problem!.detail).toMatchObject({ first: [{ sku: "S20", reason: expect.stringContaining('"x"') }] });
    await feeds.runWith((_request, response) => void response.writeHead(500).end());
    expect(await shown()).toEqual(["FEED_BAD_LINES acme 2× open", "FEED_FAILED acme 1× open"]);
    await feeds.runWith(serve(HEADER + rows(21)));
    expect(await shown()).toEqual(["FEED_BAD_LINES acme 2× closed", "FEED_FAILED acme 1× closed"]);
  });

  it("is nothing while all is well", async () => {
    await feeds.addVendor("acme");
    await feeds.runWith(serve(HEADER + rows(20)));
    expect(await shown()).toEqual([]);
  });
});
