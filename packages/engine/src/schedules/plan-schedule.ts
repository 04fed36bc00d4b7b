import { closestName } from "@drumline/core/errors";
import { given } from "@drumline/core/patch";
import {
  parseCrontab,
  parseDurationSeconds,
  parsePingUrl,
  parseZoneName,
  type Trigger,
} from "@drumline/core/scheduling";
import { type JsonObject, policiesOf, type SchedulePolicies, type TaskDefinition } from "@drumline/core/task";
import { InvalidTaskArgs, parseTaskArgs } from "@drumline/tasks";

import { type FieldProblem, readField, RefusedSchedule } from "./refusals.ts";
import { type DesiredSchedule, toDesiredSchedule } from "./schedule.ts";

type PolicyPatch = { readonly [Name in keyof SchedulePolicies]?: SchedulePolicies[Name] | undefined };

/** What a person may say of a schedule; what is left out keeps its value, or gets the task's own. */
export interface SchedulePatch extends PolicyPatch {
  /** For people; the key when left out. */
  readonly name?: string | undefined;
  readonly task?: string | undefined;
  readonly args?: JsonObject | undefined;
  readonly description?: string | undefined;
  readonly enabled?: boolean | undefined;
  /** As in `X_CRONTAB`: with commas as the guide writes it, or five fields between blanks. */
  readonly crontab?: string | undefined;
  /** As in `X_SCHEDULE`: seconds, or a product such as `60*5`. */
  readonly everySeconds?: number | string | undefined;
  /** IANA name; for crontabs only. */
  readonly timezone?: string | undefined;
  readonly pingUrl?: string | null | undefined;
}

/** Letters, digits, `.`, `_` and `-`: safe in a path, a header, a log line and a Redis key. */
const KEY = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;
const LOOKS_LIKE_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * The schedule that `patch` makes of `current`, or a new one under `key`.
 * @throws {RefusedSchedule} with every problem
 */
export function planSchedule(
  key: string,
  patch: SchedulePatch,
  current: DesiredSchedule | null,
  tasks: readonly TaskDefinition[],
): DesiredSchedule {
  const problems: FieldProblem[] = current === null ? findKeyProblems(key, tasks) : [];
  const name = patch.task ?? current?.task ?? "";
  const definition = tasks.find((task) => task.name === name);
  const args = patch.args ?? current?.args ?? {};
  if (definition?.built === true) problems.push(...findArgsProblems(definition, args));
  else problems.push({ where: "task", problem: whyNotImplemented(name, definition) });
  const trigger = planTrigger(patch, current?.trigger ?? null, problems);
  const { pingUrl = current?.pingUrl ?? null } = patch;
  if (pingUrl !== null) readField("pingUrl", problems, () => parsePingUrl(pingUrl, "pingUrl"));

  if (problems.length > 0 || definition === undefined || trigger === null)
    throw new RefusedSchedule(problems, definition?.built === true ? null : suggestTasks(name, tasks));
  const enabled = patch.enabled ?? current?.enabled ?? true;
  const fresh = toDesiredSchedule(definition, { key, source: "API", enabled, trigger, args, pingUrl });
  const { task: _task, args: _args, crontab: _crontab, everySeconds: _every, timezone: _zone, ...own } = patch;
  return { ...fresh, ...(current === null ? {} : kept(current)), ...given(own) };
}

/** What a change leaves alone unless it names it. */
const kept = (schedule: DesiredSchedule): Partial<DesiredSchedule> => ({
  name: schedule.name,
  description: schedule.description,
  ...policiesOf(schedule),
});

function findKeyProblems(key: string, tasks: readonly TaskDefinition[]): FieldProblem[] {
  if (!KEY.test(key)) {
    const problem = "expected up to 100 letters, digits, dots, dashes and underscores, the first a letter or digit";
    return [{ where: "key", problem }];
  }
  if (LOOKS_LIKE_ID.test(key)) return [{ where: "key", problem: "looks like an id; choose a name" }];
  if (tasks.some(({ entry }) => entry?.key === key))
    return [{ where: "key", problem: `${key} is the key of a schedule that env keys set; choose another` }];
  return [];
}

function findArgsProblems(definition: TaskDefinition, args: JsonObject): FieldProblem[] {
  try {
    parseTaskArgs(definition, args);
    return [];
  } catch (error) {
    if (!(error instanceof InvalidTaskArgs)) throw error;
    return error.problems.map(({ path, problem }) => ({ where: path === "" ? "args" : `args.${path}`, problem }));
  }
}

function whyNotImplemented(name: string, definition: TaskDefinition | undefined): string {
  if (definition !== undefined) return `${name} is in the catalogue, but not implemented yet: no worker can run it`;
  return `there is no task "${name}"`;
}

function suggestTasks(name: string, tasks: readonly TaskDefinition[]): NonNullable<RefusedSchedule["unknownTask"]> {
  const implementedTasks = tasks.filter(({ built }) => built).map((task) => task.name);
  return { didYouMean: closestName(name, implementedTasks), implementedTasks };
}

/** When a schedule is to run, as a person may say it. */
export type TriggerWish = Pick<SchedulePatch, "crontab" | "everySeconds" | "timezone">;

/** The trigger a wish makes of `current`; null, and what is wrong is among `problems`, where it makes none. */
export function planTrigger(patch: TriggerWish, current: Trigger | null, problems: FieldProblem[]): Trigger | null {
  const { crontab, everySeconds, timezone } = patch;
  const read = <Value>(where: string, parse: () => Value) => readField(where, problems, parse);
  const ownZone = current?.kind === "crontab" ? current.timezone : "UTC";
  const zone = timezone === undefined ? ownZone : read("timezone", () => parseZoneName(timezone, "timezone"));
  if (crontab !== undefined && everySeconds !== undefined) {
    problems.push({ where: "crontab", problem: "is set together with everySeconds; set one of the two" });
    return null;
  }
  if (crontab !== undefined) {
    const parsed = read("crontab", () => parseCrontab(crontab, "crontab"));
    return parsed === null || zone === null ? null : { kind: "crontab", crontab: parsed, timezone: zone };
  }
  if (timezone !== undefined && (everySeconds !== undefined || current?.kind === "interval"))
    problems.push({ where: "timezone", problem: "is for a crontab; an interval knows no zone" });
  if (everySeconds !== undefined) {
    const seconds = read("everySeconds", () => parseDurationSeconds(String(everySeconds), "everySeconds"));
    return seconds === null ? null : { kind: "interval", everyMs: seconds * 1_000 };
  }
  if (current === null) {
    problems.push({ where: "crontab", problem: "is missing; set it, or everySeconds" });
    return null;
  }
  return current.kind === "crontab" ? { ...current, timezone: zone ?? current.timezone } : current;
}
