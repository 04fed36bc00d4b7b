import { defineTask } from "@drumline/core/task";
import { registerTasks } from "@drumline/engine";
import { z } from "zod";

/** Does nothing, so that only the engine is measured. */
export const noopTask = defineTask({
  name: "bench.noop",
  queue: "oms",
  summary: "Do nothing.",
  args: z.strictObject({ n: z.int() }),
  timeoutMs: 60_000,
  built: true,
});

export const registeredNoop = registerTasks({ [noopTask.name]: noopTask }, { [noopTask.name]: async () => ({}) }, {});

export const findNoop = (name: string) => (name === noopTask.name ? noopTask : undefined);
