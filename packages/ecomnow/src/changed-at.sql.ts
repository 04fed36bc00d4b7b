import { Prisma } from "@drumline/db";

/**
 * When a row that clients are told of was changed, for its `updated_at`: by the database's clock, as the cursor that reads
 * it. Workers' clocks differ, and a run may work at an instant of the past: the cursor would have passed the change already.
 */
export const CHANGED_AT = Prisma.sql`clock_timestamp()`;
