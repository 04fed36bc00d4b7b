import { type Database, literals, Prisma, type Transaction } from "@drumline/db";

import { FINGERPRINT } from "./fingerprint.sql.ts";
import { ENDED_STATUSES, FAILED_STATUSES, RUN_ORIGINS, RUN_STATUSES } from "./run-states.ts";

/** Instants of a run by which a list may be ordered, and bounded. */
export const RUN_INSTANTS = ["created", "due", "finished"] as const;
export type RunInstant = (typeof RUN_INSTANTS)[number];

/** Which runs a list has; a field left out filters nothing. */
export interface RunFilter {
  readonly ids?: readonly string[] | undefined;
  readonly task?: string | undefined;
  /** Of one of these tasks. */
  readonly tasks?: readonly string[] | undefined;
  /** In one of these states. */
  readonly status?: string | readonly string[] | undefined;
  /** A schedule's key. */
  readonly schedule?: string | undefined;
  readonly origin?: readonly string[] | undefined;
  readonly queue?: string | undefined;
  /** Part of the error, in any case. */
  readonly error?: string | undefined;
  /** Failures of one cause, as `loadFailures` names it. */
  readonly fingerprint?: string | undefined;
  /** An argument by its path, and its value as text. */
  readonly args?: { readonly path: readonly string[]; readonly value: string } | undefined;
  /** Begun later than this after its due instant, or waiting for longer. */
  readonly lateOverMs?: number | undefined;
  /** Part of the task, of the schedule's key or name, or of the error; or a run's id, or its beginning. */
  readonly q?: string | undefined;
  /** The instant that `from` and `to` mean, and the order of the list. */
  readonly by?: RunInstant | undefined;
  readonly from?: Date | undefined;
  /** Not itself included. */
  readonly to?: Date | undefined;
}

const AT: Readonly<Record<RunInstant, Prisma.Sql>> = {
  created: Prisma.sql`run.created_at`,
  due: Prisma.sql`run.due_at`,
  finished: Prisma.sql`run.finished_at`,
};

/** By which instant a list goes: runs that have ended by their end, since who looks for failures looks for the latest ones. */
export function planRunOrder({ by, status }: RunFilter): RunInstant {
  const asked = toList(status);
  const areEnded = asked !== undefined && asked.every((one) => (ENDED_STATUSES as readonly string[]).includes(one));
  return by ?? (areEnded ? "finished" : "created");
}

/** The column a list goes by. */
export const runInstantOf = (filter: RunFilter): Prisma.Sql => AT[planRunOrder(filter)];

/**
 * What a run has to be, to be joined by AND; null where no run can be it. Words of ours stand in the text, so that
 * PostgreSQL sees which partial index holds them all.
 */
export async function toRunConditions(
  db: Database | Transaction,
  filter: RunFilter,
  now: Date,
): Promise<Prisma.Sql[] | null> {
  const { ids, task, tasks, queue, error, fingerprint, args, lateOverMs, from, to } = filter;
  const schedule = filter.schedule === undefined ? undefined : await findSchedule(db, filter.schedule);
  if (schedule === null) return null;
  const at = runInstantOf(filter);
  const isOrderedByNullable = planRunOrder(filter) !== "created";
  return [
    Prisma.sql`TRUE`,
    ...(isOrderedByNullable ? [Prisma.sql`${at} IS NOT NULL`] : []),
    ...(ids === undefined ? [] : [Prisma.sql`run.id = ANY(${[...ids]}::uuid[])`]),
    ...(task === undefined ? [] : [Prisma.sql`run.task = ${task}`]),
    ...(tasks === undefined ? [] : [Prisma.sql`run.task = ANY(${[...tasks]}::text[])`]),
    ...isOneOf(Prisma.sql`run.status`, RUN_STATUSES, toList(filter.status)),
    ...isOneOf(Prisma.sql`run.origin`, RUN_ORIGINS, filter.origin),
    ...(isOfChunks(filter.origin) ? [Prisma.sql`run.parent_id IS NOT NULL`] : []),
    ...(schedule === undefined ? [] : [Prisma.sql`run.schedule_id = ${schedule}::uuid`]),
    ...(queue === undefined ? [] : [Prisma.sql`run.queue = ${queue}`]),
    ...(error === undefined ? [] : [holdsText(Prisma.sql`run.error`, error)]),
    ...(fingerprint === undefined
      ? []
      : [Prisma.sql`run.status IN (${literals(FAILED_STATUSES)}) AND ${FINGERPRINT} = ${fingerprint}`]),
    ...(args === undefined ? [] : [hasArgument(args.path, args.value)]),
    ...(lateOverMs === undefined ? [] : [isLate(lateOverMs, now)]),
    ...(filter.q === undefined ? [] : [await isAbout(db, filter.q)]),
    ...(from === undefined ? [] : [Prisma.sql`${at} >= ${from}::timestamptz`]),
    ...(to === undefined ? [] : [Prisma.sql`${at} < ${to}::timestamptz`]),
  ];
}

/** Each has a parent, by which few are found quickly: most ledgers have none of them. */
const isOfChunks = (origin: readonly string[] | undefined): boolean => origin?.length === 1 && origin[0] === "CHUNK";

const toList = (asked: string | readonly string[] | undefined): readonly string[] | undefined =>
  typeof asked === "string" ? [asked] : asked;

function isOneOf(column: Prisma.Sql, known: readonly string[], asked: readonly string[] | undefined): Prisma.Sql[] {
  if (asked === undefined) return [];
  const words = known.filter((word) => asked.includes(word));
  return [words.length === 0 ? Prisma.sql`FALSE` : Prisma.sql`${column} IN (${literals(words)})`];
}

/** By its id and not by a subquery: the planner then knows whether it ran often or never, and what to read. */
async function findSchedule(db: Database | Transaction, key: string): Promise<string | null> {
  const found = await db.schedule.findUnique({ where: { key }, select: { id: true } });
  return found?.id ?? null;
}

/** The index of three signs each serves it, from three signs on. */
const holdsText = (column: Prisma.Sql, part: string): Prisma.Sql =>
  Prisma.sql`${column} IS NOT NULL AND ${column} ILIKE ${`%${part.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`}`;

/** As the text it is, or as the number or word of JSON that it reads as. */
function hasArgument(path: readonly string[], value: string): Prisma.Sql {
  const within = (leaf: unknown) =>
    JSON.stringify(path.reduceRight<unknown>((inner, name) => ({ [name]: inner }), leaf));
  const asText = Prisma.sql`run.args @> ${within(value)}::jsonb`;
  const read = /^(true|false|null|-?\d{1,15}(\.\d{1,10})?)$/.test(value) ? (JSON.parse(value) as unknown) : undefined;
  const either = read === undefined ? asText : Prisma.sql`(${asText} OR run.args @> ${within(read)}::jsonb)`;
  return Prisma.sql`run.args <> '{}'::jsonb AND ${either}`;
}

/** One that waits is late as soon as it should have begun. */
const isLate = (overMs: number, now: Date): Prisma.Sql => Prisma.sql`
  (run.started_at - run.due_at > ${overMs}::float8 * interval '1 millisecond'
    OR run.status = 'SCHEDULED' AND run.started_at IS NULL AND run.due_at < ${new Date(now.getTime() - overMs)}::timestamptz)`;

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Tasks and schedules are looked for among their names, which are few, and not in each run. */
async function isAbout(db: Database | Transaction, text: string): Promise<Prisma.Sql> {
  if (UUID.test(text)) return Prisma.sql`run.id = ${text}::uuid`;
  const [found] = await db.$queryRaw<{ tasks: string[]; schedules: string[] }[]>(Prisma.sql`
    WITH RECURSIVE known(task) AS (
      (SELECT task FROM run ORDER BY task LIMIT 1)
      UNION ALL
      SELECT (SELECT task FROM run WHERE run.task > known.task ORDER BY task LIMIT 1) FROM known WHERE known.task IS NOT NULL)
    SELECT ARRAY(SELECT task FROM known WHERE strpos(lower(task), lower(${text})) > 0) AS tasks,
      ARRAY(SELECT id::text FROM schedule WHERE strpos(lower(key || ' ' || name), lower(${text})) > 0) AS schedules`);
  const { tasks, schedules } = found!;
  return Prisma.join(
    [
      ...beginsWith(text),
      ...(tasks.length === 0 ? [] : [Prisma.sql`run.task = ANY(${tasks}::text[])`]),
      ...(schedules.length === 0 ? [] : [Prisma.sql`run.schedule_id = ANY(${schedules}::uuid[])`]),
      holdsText(Prisma.sql`run.error`, text),
    ],
    " OR ",
    "(",
    ")",
  );
}

const BEGINNING = /^[0-9a-f]{4,8}$|^[0-9a-f]{8}(-[0-9a-f]{4}){0,3}-?[0-9a-f]*$/i;
const LEAST = "00000000-0000-0000-0000-000000000000";

/** The ids that begin with it, as a range: the primary key serves it. */
function beginsWith(text: string): Prisma.Sql[] {
  const [least, most] = [LEAST, LEAST.replaceAll("0", "f")].map((rest) => text + rest.slice(text.length));
  if (!BEGINNING.test(text) || !UUID.test(least!)) return [];
  return [Prisma.sql`run.id BETWEEN ${least}::uuid AND ${most}::uuid`];
}
