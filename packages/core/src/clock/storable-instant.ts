const FIRST_MS = Date.parse("0001-01-01T00:00:00Z");
const LAST_MS = Date.parse("9999-12-31T23:59:59.999Z");

/**
 * Whether an instant is of the years 1 to 9999 in UTC: what ISO writes with four digits, PostgreSQL keeps in every form and
 * Prisma reads back. False for an invalid date.
 */
export const isStorableInstant = (at: Date): boolean => at.getTime() >= FIRST_MS && at.getTime() <= LAST_MS;
