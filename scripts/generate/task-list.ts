import { defaultTrigger, describeTrigger, KEY_SUFFIXES } from "@drumline/core/scheduling";
import { DEFAULT_POLICIES, policiesInWords, type TaskDefinition, toSchedulePolicies } from "@drumline/core/task";
import { z } from "zod";

const HEAD = `<!-- Written by \`npm run generate\` from packages/tasks. -->

# Tasks

The catalogue: every task there is, by queue. A task that is not built yet is listed and its env keys are checked, but
nothing registers or runs it. How to add one: [CONTRIBUTING.md](../CONTRIBUTING.md#add-a-task).`;

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
          ["Env keys", ["", ...KEY_SUFFIXES].map((suffix) => `\`${entry.envKey}${suffix}\``).join(", ")],
          ["Arguments it is given", `\`${JSON.stringify(entry.kwargs)}\``],
        ];
  return [
    `### \`${task.name}\``,
    `${task.summary}${task.built ? "" : " *Not built yet.*"}`,
    toTable(["", ""], [...scheduleRows, ["Arguments it takes", toArguments(task.args)], ...toPolicyRows(task)]),
  ].join("\n\n");
}

/** Without those that hardly any task sets, where it does not. */
function toPolicyRows({ entry, policies }: TaskDefinition): [string, string][] {
  const isInterval = entry !== null && "everySeconds" in entry.trigger;
  const { priority, recordLimit } = DEFAULT_POLICIES;
  return policiesInWords(toSchedulePolicies(policies, isInterval ? "interval" : "crontab"), { priority, recordLimit });
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

function toTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const toLine = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [toLine(header), toLine(header.map(() => "---")), ...rows.map(toLine)].join("\n");
}
