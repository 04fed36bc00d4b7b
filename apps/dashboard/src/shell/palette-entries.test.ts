import { describe, expect, it } from "@jest/globals";

import { type Entry, groupEntries, matchEntries, mayBeRunId, readVerb } from "./palette-entries.ts";

const entry = (label: string, over: Partial<Entry> = {}): Entry => ({ id: label, group: "Pages", label, ...over });
const labelsOf = (entries: readonly Entry[]) => entries.map(({ label }) => label);

describe("what the palette finds", () => {
  it("has each word, in its name or in what it is about, and first what begins with it", () => {
    const all = [entry("Problems"), entry("Audit log"), entry("Log out", { about: "of the audit" }), entry("Runs")];
    expect(labelsOf(matchEntries(all, "log"))).toEqual(["Log out", "Audit log"]);
    expect(labelsOf(matchEntries(all, "audit LOG"))).toEqual(["Audit log", "Log out"]);
    expect(matchEntries(all, "nothing")).toEqual([]);
  });

  it("has six of a group at most, so that none pushes the others away", () => {
    const tasks = Array.from({ length: 20 }, (_, no) => entry(`task ${no}`, { group: "Tasks" }));
    expect(matchEntries([...tasks, entry("task list")], "task")).toHaveLength(7);
  });

  it("is shown group by group, and once where it was found twice", () => {
    const groups = groupEntries([
      entry("Runs", { group: "Recent" }),
      entry("Orders"),
      entry("Runs"),
      entry("Queues", { group: "Recent" }),
    ]);
    expect(groups.map(({ name, entries }) => [name, labelsOf(entries)])).toEqual([
      ["Recent", ["Runs", "Queues"]],
      ["Pages", ["Orders"]],
    ]);
  });
});

describe("what is typed into the palette", () => {
  it.each([
    ["pause nightly refunds", { verb: "pause", rest: "nightly refunds" }],
    ["Run  get-orders ", { verb: "run", rest: "get-orders" }],
    ["run", { verb: null, rest: "run" }],
    ["runs failed", { verb: null, rest: "runs failed" }],
  ])("is read as something to do, where it begins with that: %s", (text, read) => {
    expect(readVerb(text)).toEqual(read);
  });

  it.each([
    ["019a", true],
    ["0b4c2f3e", true],
    ["0b4c2f3e-11", true],
    ["0b4c2f3e-1111-4222-8333-444455556666", true],
    ["0b4c2f3e1", false],
    ["abc", false],
    ["nightly", false],
  ])("may be the beginning of a run's id: %s is %s", (text, may) => {
    expect(mayBeRunId(text)).toBe(may);
  });
});
