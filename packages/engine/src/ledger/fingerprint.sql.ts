import { Prisma } from "@drumline/db";

/** The message of a failure without ids and numbers, so that two of one cause are the same. */
export const PLAIN_MESSAGE = Prisma.sql`regexp_replace(left(coalesce(run.error, run.reason, ''), 500), '[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9]+', '#', 'g')`;

/** Of a failure's cause: task, code and message. Word for word that of the index `run_fingerprint`, which is not used otherwise. */
export const FINGERPRINT = Prisma.sql`md5(run.task || '|' || coalesce(run.reason_code, '') || '|' || ${PLAIN_MESSAGE})`;
