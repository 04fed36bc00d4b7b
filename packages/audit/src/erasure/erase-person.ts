import { emailHashOf, emailKeyOf } from "@drumline/core/text";
import { type Database, Prisma, type Transaction } from "@drumline/db";

import { recordAuditEvents } from "../audit-events/record-audit-events.sql.ts";
import { erasureList } from "./erasure-list.ts";
import type { ErasureAct, ErasureRule } from "./erasure-rule.ts";
import type { Person } from "./person.sql.ts";

/** What was done to one table's rows, or would be. */
export interface ErasedRows {
  readonly table: string;
  readonly act: ErasureAct;
  readonly rows: number;
  readonly columns: readonly string[];
  /** Why they are kept. */
  readonly reason: string | null;
}

export interface Erasure {
  readonly email: string;
  readonly now: Date;
  readonly actor: string;
  readonly isDryRun: boolean;
}

/** A table may be large and has no index for this: one statement of a rule may take so long. */
const MOST_MINUTES = 30;

/**
 * Walks the list, a transaction for each rule, and answers every rule that found something. It may be done again at any
 * time, and has to be after one that broke off: what is done already is not found again. The hash of the address goes to
 * the suppression list first, so that nothing new is written to it; that it was done is on record without the address.
 */
export async function erasePerson(db: Database, { email, now, actor, isDryRun }: Erasure): Promise<ErasedRows[]> {
  const person: Person = { emailKey: emailKeyOf(email), now };
  if (!isDryRun) await suppress(db, person);
  const done: ErasedRows[] = [];
  for (const rule of erasureList) {
    const rows = await db.$transaction((tx) => follow(tx, rule, person, isDryRun), { timeout: MOST_MINUTES * 60_000 });
    const { table, act, columns, reason = null } = rule;
    if (rows > 0) done.push({ table, act, rows, columns, reason });
  }
  if (!isDryRun) {
    const content = done.map(({ table, act, rows }) => ({ table, act, rows }));
    const entity = { entityType: "person", entityId: emailHashOf(person.emailKey) };
    await recordAuditEvents(db, [{ timestamp: now, actor, ...entity, content: { what: "ERASED", done: content } }]);
  }
  return done;
}

async function suppress(db: Database, person: Person): Promise<void> {
  await db.$executeRaw(Prisma.sql`
    INSERT INTO shop_suppression (list, email_hash, reason, created_at) VALUES ('*', ${emailHashOf(person.emailKey)}, 'ERASED', ${person.now})
    ON CONFLICT (list, email_hash) DO NOTHING`);
}

async function follow(tx: Transaction, rule: ErasureRule, person: Person, isDryRun: boolean): Promise<number> {
  await tx.$executeRaw(Prisma.raw(`SET LOCAL statement_timeout = '${MOST_MINUTES}min'`));
  const table = Prisma.raw(rule.table);
  const found = rule.found(person);
  if (isDryRun || rule.act === "KEEP") {
    const [row] = await tx.$queryRaw<[{ count: number }]>(
      Prisma.sql`SELECT count(*)::int AS count FROM ${table} AS record WHERE ${found}`,
    );
    return row.count;
  }
  if (rule.act === "ERASE") return tx.$executeRaw(Prisma.sql`DELETE FROM ${table} AS record WHERE ${found}`);
  return tx.$executeRaw(Prisma.sql`UPDATE ${table} AS record SET ${rule.set!(person)} WHERE ${found}`);
}
