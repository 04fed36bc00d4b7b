import { describe, expect, it } from "@jest/globals";

import { toLivingProcesses } from "./living-processes.ts";

const heardOf = (kind: string, info: unknown, silentMs = 0) => ({
  id: `${kind}@test:1`,
  kind,
  host: "test",
  pid: 1,
  startedAt: new Date(0),
  silentMs,
  info,
});

describe("the living", () => {
  it("has the newest catalogue that a living beat says", () => {
    const beats = [heardOf("beat", { catalogue: 3 }), heardOf("beat", { catalogue: 7 }), heardOf("beat", null)];
    expect(toLivingProcesses(beats).newestCatalogue).toBe(7);
    expect(toLivingProcesses([heardOf("beat", { catalogue: 7 }, 30_001), beats[0]!]).newestCatalogue).toBe(3);
    expect(toLivingProcesses([heardOf("beat", { catalogue: "x" })]).newestCatalogue).toBe(0);
  });

  it("serves a task where one living worker has both the task and its queue", () => {
    const living = toLivingProcesses([
      heardOf("worker", { queues: ["oms"], tasks: ["a", "b"] }),
      heardOf("worker", { queues: ["shop"], tasks: ["c"] }),
      heardOf("worker", { queues: ["oms"], tasks: ["dead"] }, 31_000),
    ]);
    expect(living.serves("a", "oms")).toBe(true);
    expect(living.serves("a", "shop")).toBe(false);
    expect(living.serves("c", "oms")).toBe(false);
    expect(living.serves("dead", "oms")).toBe(false);
    expect(toLivingProcesses([]).serves("a", "oms")).toBe(false);
  });

  it("takes a worker of a release that lists no tasks for one that has them all", () => {
    const living = toLivingProcesses([heardOf("worker", { queues: ["oms"] })]);
    expect(living.serves("a", "oms")).toBe(true);
    expect(living.serves("a", "shop")).toBe(false);
  });
});
