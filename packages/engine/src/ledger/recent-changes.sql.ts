import { type Database, Prisma } from "@drumline/db";

/** A row as it was at a look: it has changed when its version is another one. */
export interface RowVersion {
  readonly id: string;
  readonly version: string;
}

/** Ends that are committed some seconds after they were written are still seen by the next look. */
const LOOK_BACK = Prisma.sql`now() - interval '10 seconds'`;

/** Runs that are open, the newest ones, and those that ended in the last seconds. Two ranges of two indexes. */
export function loadRunVersions(db: Database, limit: number): Promise<RowVersion[]> {
  const open = (status: string) => Prisma.sql`
    (SELECT id::text, xmin::text AS version FROM run WHERE status = ${Prisma.raw(`'${status}'`)} ORDER BY created_at DESC LIMIT ${limit})`;
  return db.$queryRaw(Prisma.sql`
    ${open("SCHEDULED")} UNION ALL ${open("PROCESSING")} UNION ALL
    (SELECT id::text, xmin::text FROM run WHERE finished_at > ${LOOK_BACK} ORDER BY finished_at DESC LIMIT ${limit})`);
}

/** Schedules that somebody changed in the last seconds. */
export function loadScheduleVersions(db: Database, limit: number): Promise<RowVersion[]> {
  return db.$queryRaw(Prisma.sql`
    SELECT id::text, version::text FROM schedule WHERE updated_at > ${LOOK_BACK} ORDER BY updated_at DESC LIMIT ${limit}`);
}
