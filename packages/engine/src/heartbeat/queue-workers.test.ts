import { describe, expect, it } from "@jest/globals";

import { toProcessWork, toQueueWorkers } from "./queue-workers.ts";

const process = (kind: string, info: unknown, silentMs = 0) => ({
  id: `${kind}@test`,
  kind,
  host: "test",
  pid: 1,
  startedAt: new Date(),
  silentMs,
  info,
});
const worker = (queues: string[], concurrency: number, silentMs = 0) =>
  process("worker", { queues, concurrency, running: 1 }, silentMs);

describe("who works on a queue", () => {
  it("counts the living workers that take it, and the runs they may have under way", () => {
    const processes = [
      worker(["oms", "shop"], 4),
      worker(["oms"], 2),
      worker(["shop"], 8),
      worker(["oms"], 16, 60_000),
    ];
    expect(toQueueWorkers(processes, "oms")).toEqual({ workers: 2, slots: 6 });
    expect(toQueueWorkers(processes, "integration")).toEqual({ workers: 0, slots: 0 });
  });

  it("counts beats for the queue of ticks alone", () => {
    expect(toQueueWorkers([process("beat", {}), worker(["oms"], 4)], "beat")).toEqual({ workers: 1, slots: 1 });
  });

  it("takes a process that says nothing of itself as one of which nothing is known", () => {
    expect(toProcessWork(process("worker", "?"))).toEqual({ queues: null, concurrency: null, running: null });
  });
});
