import { describe, expect, it } from "@jest/globals";

import { judge, type Observed } from "./judge.ts";
import type { RunSeen } from "./observed.sql.ts";

const PULL = "oms.orders.tasks.get_orders_from_omnitron";
const work = [
  { task: PULL, args: {}, names: /Omnitron/, gateways: ["orders" as const] },
  { task: "idle", args: {}, names: null, gateways: [] },
];

const canary = { finished: 60, failed: 0, triedTwice: 0, longestGapMs: 1_100, p99Ms: 200, error: null };
const well: Observed = {
  workers: [{ name: "worker-1", pid: 1, death: null, p999Ms: 20, maxMs: 90, withOthersP999Ms: 30, rssMegabytes: 200 }],
  runs: [],
  passing: [],
  canaries: [
    { key: "oms", ...canary },
    { key: "ecomnow", ...canary },
  ],
  harmed: [],
  served: { "carrier calm": 3 },
  texts: [],
  health: [],
  logLines: [],
  silence: null,
  unwell: [],
};
const run = (seen: Partial<RunSeen>): RunSeen => ({
  id: "1",
  task: PULL,
  status: "FAILED",
  attempt: 1,
  at: new Date(0),
  error: null,
  problems: [],
  waitsMs: null,
  overdueMs: null,
  ...seen,
});
const kindsOf = (observed: Partial<Observed>) => judge({ ...well, ...observed }, work).map(({ kind }) => kind);

describe("the judge of a hostile run", () => {
  it("finds nothing where nothing was disturbed", () => {
    const error = "Omnitron: GET http://127.0.0.1/api/i1/orders/updates answered 502: <html>";
    expect(
      kindsOf({ runs: [run({ error }), run({ status: "FINISHED", problems: ["date_placed: no instant"] })] }),
    ).toEqual([]);
  });

  it.each([
    ["hidden cause", run({ error: "worker w stopped showing life during try 1 of 4" })],
    ["hidden cause", run({ error: "Invalid `prisma.$queryRaw()` invocation: Code: `22008`" })],
    ["hidden cause", run({ status: "FINISHED", problems: ["Maximum call stack size exceeded"] })],
    ["unnamed cause", run({ error: "it answered 502" })],
    ["no cause", run({})],
    ["failed for nobody's sake", run({ task: "idle", error: "Omnitron is away" })],
    ["waits too long", run({ status: "SCHEDULED", error: "Omnitron asks for silence", waitsMs: 1e14 })],
    ["nobody works on it", run({ status: "PROCESSING", overdueMs: 9_000 })],
  ])("says %s", (kind, seen) => {
    expect(kindsOf({ passing: [seen] })).toEqual([kind]);
    expect(kindsOf({ runs: [seen] }).filter((found) => found !== "not ended")).toEqual([kind]);
  });

  it("judges deaths and not delays where the machine is busy", () => {
    const workers = [{ ...well.workers[0]!, death: "SIGABRT", p999Ms: 101 }];
    const canaries = well.canaries.map((seen) => ({ ...seen, longestGapMs: 9_000 }));
    expect(judge({ ...well, workers, canaries }, work, { isBusy: true }).map(({ kind }) => kind)).toEqual([
      "worker death",
    ]);
  });

  it("says who died, was late, was harmed or did not get well", () => {
    const workers = [{ ...well.workers[0]!, death: "SIGABRT", p999Ms: 101 }];
    expect(kindsOf({ workers })).toEqual(["worker death", "event loop"]);
    expect(kindsOf({ canaries: [] })).toEqual(["canary"]);
    expect(
      kindsOf({ canaries: [well.canaries[0]!, { ...well.canaries[1]!, triedTwice: 1, longestGapMs: 9_000 }] }),
    ).toEqual(["canary", "canary"]);
    expect(kindsOf({ harmed: ["carrier calm"], served: { "vendor calm": 0 } })).toEqual([
      "innocent harmed",
      "innocent harmed",
    ]);
    expect(kindsOf({ unwell: [PULL] })).toEqual(["not well again"]);
    expect(kindsOf({ runs: [run({ status: "PROCESSING" })] })).toEqual(["not ended"]);
    expect(kindsOf({ silence: "nothing" })).toEqual(["health green"]);
    expect(kindsOf({ texts: [{ where: "shipment.poll_error", text: "code 22P05" }] })).toEqual(["hidden cause"]);
  });
});
