import { silentLog } from "@drumline/core/log";
import type { Database } from "@drumline/db";
import { catalogue } from "@drumline/tasks";
import { expect, it } from "@jest/globals";

import { composeTasks } from "./compose-tasks.ts";
import { readWorkerConfig } from "./config.ts";

it("gives the worker every built task of the catalogue", async () => {
  const untouched = {} as Database;
  const { tasks, closings } = composeTasks(
    readWorkerConfig({}),
    { db: untouched, backend: untouched as never },
    silentLog,
  );
  for (const close of closings) await close();
  const built = catalogue.flatMap((task) => (task.built ? [task.name] : []));
  expect(tasks.map(({ definition }) => definition.name).toSorted()).toEqual(built.toSorted());
});
