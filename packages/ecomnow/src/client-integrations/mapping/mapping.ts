import { once } from "node:events";
import { Worker } from "node:worker_threads";

import { DrumlineError, messageOf } from "@drumline/core/errors";
import type { JsonValue } from "@drumline/core/task";

/** An expression that is no JSONata: nothing can be exchanged until somebody corrects it. */
export class BadMapping extends DrumlineError {
  constructor(cause: unknown) {
    const { message, position } = cause as { message?: string; position?: number };
    super(
      `the mapping is not valid JSONata: ${message ?? messageOf(cause)}${position === undefined ? "" : ` (at ${position})`}`,
      {
        code: "BAD_MAPPING",
      },
    );
  }
}

/** A record that the mapping made nothing of. */
export class RecordNotMapped extends DrumlineError {
  /** The expression had to be ended. */
  readonly isRunaway: boolean;

  constructor(why: string, { isRunaway = false } = {}) {
    super(`the mapping failed: ${why}`, { code: "RECORD_NOT_MAPPED" });
    this.isRunaway = isRunaway;
  }
}

export interface Mapping {
  /** Throws `RecordNotMapped`. One record at a time. */
  map(record: JsonValue): Promise<JsonValue>;
  close(): Promise<void>;
}

export interface MappingLimits {
  /** For one record. */
  readonly timeLimitMs: number;
  readonly memoryMegabytes: number;
}

const LIMITS: MappingLimits = { timeLimitMs: 1_000, memoryMegabytes: 64 };

/**
 * A mapping in a thread of its own. JSONata is a whole language with recursion and regular expressions: only ending its
 * thread stops it for certain, and keeps one client's mapping from holding up all others. Null maps each record to itself.
 * Throws `BadMapping`.
 */
export async function openMapping(expression: string | null, limits: Partial<MappingLimits> = {}): Promise<Mapping> {
  if (expression === null) return { map: async (record) => record, close: async () => {} };
  // Read only when there is a mapping: a worker without clients goes without it.
  const { default: jsonata } = await import("jsonata");
  try {
    jsonata(expression);
  } catch (error) {
    throw new BadMapping(error);
  }
  const { timeLimitMs, memoryMegabytes } = { ...LIMITS, ...limits };
  let thread: Worker | null = null;

  function start(): Worker {
    const started = new Worker(new URL("./mapping-thread.js", import.meta.url), {
      workerData: { expression },
      execArgv: [],
      env: {},
      resourceLimits: { maxOldGenerationSizeMb: memoryMegabytes, maxYoungGenerationSizeMb: 8 },
    });
    started.unref();
    return started;
  }

  async function stop(): Promise<void> {
    const ended = thread;
    thread = null;
    await ended?.terminate();
  }

  return {
    async map(record) {
      if (thread === null) {
        thread = start();
        await once(thread, "online");
      }
      const answer = await ask(thread, JSON.stringify(record), timeLimitMs);
      if (answer.isOver) await stop();
      if (answer.error !== undefined) throw new RecordNotMapped(answer.error, { isRunaway: answer.isOver === true });
      return JSON.parse(answer.value!) as JsonValue;
    },
    close: stop,
  };
}

interface Answer {
  readonly value?: string;
  readonly error?: string;
  /** The thread is of no more use. */
  readonly isOver?: boolean;
}

function ask(thread: Worker, record: string, timeLimitMs: number): Promise<Answer> {
  return new Promise((resolve) => {
    const settle = (answer: Answer) => {
      clearTimeout(timer);
      thread.off("message", settle).off("error", onError).off("exit", onExit);
      resolve(answer);
    };
    const onError = (error: unknown) => settle({ error: messageOf(error), isOver: true });
    const onExit = () => settle({ error: "its thread ended", isOver: true });
    const timer = setTimeout(
      () => settle({ error: `it took longer than ${timeLimitMs} ms`, isOver: true }),
      timeLimitMs,
    );
    thread.on("message", settle).on("error", onError).on("exit", onExit);
    thread.postMessage(record, []);
  });
}
