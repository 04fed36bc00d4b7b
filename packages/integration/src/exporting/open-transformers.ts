import { BadMapping, type Mapping, type MappingRunner } from "@drumline/connectors/mapping";
import { messageOf } from "@drumline/core/errors";
import { Cancel, type JsonValue } from "@drumline/core/task";

import type { Route } from "../configurations/load-configurations.sql.ts";
import type { ClaimedTask } from "./claim-tasks.sql.ts";

/** What the transformers of a route made of a task's record, or why it goes no further. */
export type Transformed =
  { readonly value: JsonValue } | { readonly status: "SKIPPED" | "FAILED"; readonly reason: string };

export type Transform = (
  tasks: readonly ClaimedTask[],
) => AsyncIterable<{ readonly task: ClaimedTask; readonly outcome: Transformed }>;

/** Reads the transformers of a route. @throws {Cancel} where one is no JSONata */
export async function openTransformers(runner: MappingRunner, transformers: Route["transformers"]): Promise<Transform> {
  const steps: { readonly identifier: string; readonly mapping: Mapping }[] = [];
  for (const { identifier, expression } of transformers) {
    try {
      steps.push({ identifier, mapping: await runner.openMapping(expression) });
    } catch (error) {
      if (error instanceof BadMapping)
        throw new Cancel(`transformer ${identifier}: ${messageOf(error)}`, { cause: error });
      throw error;
    }
  }
  return async function* transform(tasks) {
    const outcomes: Transformed[] = tasks.map(({ payload }) => ({ value: payload }));
    for (const { identifier, mapping } of steps) {
      const places = [...outcomes.keys()].filter((place) => "value" in outcomes[place]!);
      const values = places.map((place) => (outcomes[place] as { value: JsonValue }).value);
      let at = 0;
      for await (const mapped of mapping.mapAll(values)) {
        const place = places[at]!;
        at += 1;
        if (mapped.error !== null)
          outcomes[place] = { status: "FAILED", reason: `transformer ${identifier}: ${messageOf(mapped.error)}` };
        else if (mapped.value === null)
          outcomes[place] = { status: "SKIPPED", reason: `transformer ${identifier} makes nothing of it` };
        else outcomes[place] = { value: mapped.value };
      }
    }
    for (const [place, task] of tasks.entries()) yield { task, outcome: outcomes[place]! };
  };
}
