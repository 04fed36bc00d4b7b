import { setTimeout as wait } from "node:timers/promises";

import { defineTask } from "@drumline/core/task";
import { registerTasks } from "@drumline/engine";
import { z } from "zod";

const define = (name: string, timeoutMs = 60_000) =>
  defineTask({
    name: `test.${name}`,
    queue: "oms",
    summary: "Do what the test says.",
    args: z.strictObject({ n: z.int().optional() }),
    timeoutMs,
    policies: { retries: 3, backoffMs: 50 },
    built: true,
  });

/** Ends its process at once. */
export const aborts = define("aborts");
/** Fills the heap until there is no more. */
export const eatsMemory = define("eats_memory");
/** Leaves an error behind that nobody catches. */
export const throwsLater = define("throws_later");
/** Holds the event loop for ever. */
export const holdsTheLoop = define("holds_the_loop", 500);
/** Says its process in its result, and holds the event loop for longer than anybody waits. */
export const holdsTheLoopOn = define("holds_the_loop_on");
/** Works until the test lets it go: until a run of `release` for the same `n` is in the ledger. */
export const waits = define("waits");
export const release = define("release");
/** Says something of each kind, and ends. */
export const speaks = define("speaks");

export const deadlyTasks = registerTasks(
  Object.fromEntries(
    [aborts, eatsMemory, throwsLater, holdsTheLoop, holdsTheLoopOn, waits, release, speaks].map((task) => [
      task.name,
      task,
    ]),
  ),
  {
    [aborts.name]: async () => {
      process.abort();
    },
    [eatsMemory.name]: async () => {
      const kept: object[] = [];
      for (;;) kept.push(Array.from({ length: 10_000 }, (_, index) => ({ index })));
    },
    [throwsLater.name]: async () => {
      setTimeout(() => {
        throw new TypeError("nobody catches me");
      }, 1);
      await wait(60_000);
      return {};
    },
    [holdsTheLoop.name]: async () => {
      for (;;);
    },
    [holdsTheLoopOn.name]: async ({ db, run: { id } }) => {
      await db.run.update({ where: { id }, data: { result: { pid: process.pid } } });
      for (;;);
    },
    [waits.name]: async ({ db, signal, args: { n = 0 } }) => {
      while ((await db.run.count({ where: { task: release.name, args: { equals: { n } } } })) === 0)
        await wait(50, undefined, { signal });
      return {};
    },
    [release.name]: async () => ({}),
    [speaks.name]: async ({ log, progress, reportProblem, run, askForHelpers }) => {
      log.info({ at: new Date(0), big: 1n }, "hello");
      progress(3, 4);
      reportProblem({ recordId: "7", error: "odd" });
      return {
        pid: process.pid,
        attempt: run.attempt,
        dueAt: run.dueAt?.toISOString() ?? null,
        helpers: await askForHelpers(0),
      };
    },
  },
  {},
);
