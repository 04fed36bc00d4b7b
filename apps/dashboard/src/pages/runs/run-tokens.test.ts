import { describe, expect, it } from "@jest/globals";

import { readRunFilter, toRunQuery, toRunSearch } from "./run-filter.ts";
import { formatRunTokens, parseRunTokens, toChips } from "./run-tokens.ts";

describe("the filter bar of runs", () => {
  it.each([
    ["status:failed", { status: ["FAILED"] }],
    ["status:failed,timed_out", { status: ["FAILED", "TIMED_OUT"] }],
    ["status:Timed-Out", { status: ["TIMED_OUT"] }],
    ['error:"Carrier 503"', { error: "Carrier 503" }],
    [String.raw`error:"said \"no\""`, { error: 'said "no"' }],
    ["late:>60s", { lateOverMs: 60_000 }],
    ["late:5m", { lateOverMs: 300_000 }],
    ["args.platform:EU", { args: { path: "platform", value: "EU" } }],
    ["args.range.from:2026-01-01", { args: { path: "range.from", value: "2026-01-01" } }],
    ["task:oms.orders.tasks.x origin:manual", { task: "oms.orders.tasks.x", origin: ["MANUAL"] }],
    ["no such order", { q: "no such order" }],
    ['error:"half', { error: "half" }],
    ["", {}],
  ])("reads %s", (text, filter) => {
    expect(parseRunTokens(text)).toEqual({ filter, problems: [] });
  });

  it.each([
    ["status:done", /done is no status; it is one of scheduled, /],
    ["late:soon", /late:soon is no duration; write late:>60s/],
    ["colour:red", /no filter colour:; there are status, task/],
    ["args.a:1 args.b:2", /one argument .* at a time/],
  ])("says what is wrong with %s", (text, problem) => {
    expect(parseRunTokens(text).problems).toEqual([expect.stringMatching(problem)]);
  });

  it.each([
    'status:failed,timed_out task:a.b.c error:"Carrier 503" late:>90s args.platform:EU',
    String.raw`error:"a \"b\" c:\\d"`,
    'schedule:nightly origin:manual,webhook "an: odd one"',
  ])("reads what it writes: %s", (text) => {
    const { filter } = parseRunTokens(text);
    expect(parseRunTokens(formatRunTokens(filter)).filter).toEqual(filter);
  });

  it("takes one chip away and leaves the rest, the time window too", () => {
    const filter = readRunFilter({ status: "FAILED", task: "a", from: "7d" });
    const chip = toChips(filter).find(({ text }) => text === "task:a")!;
    expect(chip.without).toEqual({ status: ["FAILED"], from: "7d" });
  });
});

describe("the address of a list of runs", () => {
  it("holds the whole filter, and comes back the same", () => {
    const filter = {
      ...parseRunTokens('status:failed task:a error:"503 at" late:>60s args.order:12 words').filter,
      from: "7d",
      to: "2026-11-25T00:00:00.000Z",
    } as const;
    expect(readRunFilter(toRunSearch(filter))).toEqual(filter);
  });

  it("names no default", () => {
    expect(toRunSearch({ from: "24h" })).toEqual({});
  });

  it("leaves out what it says wrongly", () => {
    expect(readRunFilter({ status: "DONE", lateOverMs: "soon", from: "yesterday", to: "9y", colour: "red" })).toEqual(
      {},
    );
  });

  it("asks the api for a day unless it says otherwise, in the words of the api", () => {
    expect(toRunQuery({})).toEqual({ from: "24h" });
    expect(toRunQuery({ from: "all", status: ["FAILED", "TIMED_OUT"], args: { path: "a.b", value: "c=d" } })).toEqual({
      status: "FAILED,TIMED_OUT",
      args: "a.b=c=d",
    });
  });
});
