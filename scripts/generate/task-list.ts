import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from "@drumline/core/clock";
import { defaultTrigger, describeTrigger } from "@drumline/core/scheduling";
import type { SchedulePolicies, TaskDefinition } from "@drumline/core/task";
import { z } from "zod";

const HEAD = `<!-- Written by \`npm run generate\` from packages/tasks. -->

# Tasks

The catalogue: every task there is, by queue. A task that is not built yet is listed and its env keys are checked, but
nothing registers or runs it. How to add one: [CONTRIBUTING.md](../CONTRIBUTING.md#add-a-task-in-four-steps).`;

/** `docs/tasks.md`: an overview per queue, then each task with all that can be set on it. */
export function toTaskList(catalogue: readonly TaskDefinition[]): string {
  const queues = [...new Set(catalogue.map(({ queue }) => queue))];
  const sections = queues.flatMap((queue) => {
    const tasks = catalogue.filter((task) => task.queue === queue);
    return [`## Queue \`${queue}\``, toOverview(tasks), ...tasks.map(toSection)];
  });
  return `${[HEAD, ...sections].join("\n\n")}\n`;
}

function toOverview(tasks: readonly TaskDefinition[]): string {
  const rows = tasks.map((task) => [
    task.entry === null ? "" : `\`${task.entry.key}\``,
    `\`${task.name}\``,
    task.entry === null ? "started by rows of the schedule table" : inWords(task),
    task.built ? "yes" : "not yet",
  ]);
  return toTable(["Schedule", "Task", "Default", "Built"], rows);
}

function toSection(task: TaskDefinition): string {
  const { entry } = task;
  const scheduleRows =
    entry === null
      ? []
      : [
          ["Schedule", `\`${entry.key}\``],
          ["Default", `${inWords(task)} (${toSource(entry.trigger)})`],
          [
            "Env keys",
            ["", "_SCHEDULE", "_CRONTAB", "_TIMEZONE", "_PING_URL"]
              .map((suffix) => `\`${entry.envKey}${suffix}\``)
              .join(", "),
          ],
          ["Arguments it is given", `\`${JSON.stringify(entry.kwargs)}\``],
        ];
  return [
    `### \`${task.name}\``,
    `${task.summary}${task.built ? "" : " *Not built yet.*"}`,
    toTable(
      ["", ""],
      [
        ...scheduleRows,
        ["Arguments it takes", toArguments(task.args)],
        ["Timeout", inUnits(task.timeoutMs)],
        ["Overlap", overlapWords[task.policies.overlap]],
        [
          "Missed",
          `${toMissed(task)}; an occurrence is missed when it is more than ${inUnits(task.policies.graceMs)} late`,
        ],
        ["Retries", toRetries(task.policies)],
        ...(task.policies.priority === 0 ? [] : [["Priority", String(task.policies.priority)]]),
        ...(task.policies.limit === null ? [] : [["Records per run", String(task.policies.limit)]]),
      ],
    ),
  ].join("\n\n");
}

const overlapWords: Readonly<Record<SchedulePolicies["overlap"], string>> = {
  skip: "`skip`: not started while an earlier run is open",
  queue_one: "`queue_one`: one occurrence waits for the earlier run",
  allow: "`allow`: runs side by side",
};

const missedWords: Readonly<Record<NonNullable<SchedulePolicies["missed"]>, string>> = {
  skip: "`skip`: recorded, not made good",
  once: "`once`: several are made good by one run",
  all: "`all`: each is made good",
};

function toMissed({ policies, entry }: TaskDefinition): string {
  const isInterval = entry !== null && "everySeconds" in entry.trigger;
  return missedWords[policies.missed ?? (isInterval ? "skip" : "once")];
}

function toRetries({ retries, backoffMs }: SchedulePolicies): string {
  return retries === 0
    ? "none"
    : `${retries}, the first after about ${inUnits(backoffMs)}, then twice as long each time`;
}

function toArguments(args: z.ZodType): string {
  const { properties = {}, required = [] } = z.toJSONSchema(args, { io: "input", unrepresentable: "any" });
  const names = Object.entries(properties);
  if (names.length === 0) return "none";
  return names
    .map(([name, schema]) => {
      const { type, description, minimum, maximum } = typeof schema === "boolean" ? {} : schema;
      const range = minimum === undefined ? "" : ` from ${minimum} to ${maximum}`;
      const about = description === undefined ? "" : `, ${description}`;
      return `\`${name}\`: ${String(type ?? "any")}${range}${about}${required.includes(name) ? "" : ", may be left out"}`;
    })
    .join("; ");
}

function inWords({ entry }: TaskDefinition): string {
  return entry === null ? "" : describeTrigger(defaultTrigger(entry, "UTC"));
}

function toSource(trigger: NonNullable<TaskDefinition["entry"]>["trigger"]): string {
  return "everySeconds" in trigger ? `${trigger.everySeconds} s` : `\`${trigger.crontab}\``;
}

function inUnits(ms: number): string {
  const units = [
    ["day", DAY_MS],
    ["hour", HOUR_MS],
    ["minute", MINUTE_MS],
  ] as const;
  const [unit, size] = units.find(([, unitMs]) => ms >= unitMs && ms % unitMs === 0) ?? ["second", SECOND_MS];
  return ms === size ? `1 ${unit}` : `${ms / size} ${unit}s`;
}

function toTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const toLine = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [toLine(header), toLine(header.map(() => "---")), ...rows.map(toLine)].join("\n");
}
