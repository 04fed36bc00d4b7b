import { type Database, Prisma, type Transaction } from "@drumline/db";

/** How far a source has been read. */
export interface CursorPosition {
  readonly at: Date;
  readonly pk: bigint;
}

/** How far a source has been read; null before its first page. */
export async function loadCursor(db: Database, source: string): Promise<CursorPosition | null> {
  const row = await db.syncCursor.findUnique({ where: { source } });
  if (row === null || row.cursorAt === null || row.cursorPk === null) return null;
  return { at: row.cursorAt, pk: row.cursorPk };
}

/** When the source was last read to its end; null for never. */
export async function loadLastPull(db: Database, source: string): Promise<Date | null> {
  return (await db.syncCursor.findUnique({ where: { source } }))?.lastSuccessAt ?? null;
}

/** Lets one transaction at a time write what comes from the source: two pulls at once take turns, page by page. */
export async function lockCursor(tx: Transaction, source: string): Promise<void> {
  await tx.$executeRaw(Prisma.sql`INSERT INTO sync_cursor (source) VALUES (${source}) ON CONFLICT DO NOTHING`);
  await tx.$queryRaw(Prisma.sql`SELECT source FROM sync_cursor WHERE source = ${source} FOR UPDATE`);
}

/** Forward only: a page that was read again within the overlap, or by a slower pull, leaves the cursor where it is. */
export async function advanceCursor(tx: Transaction, source: string, { at, pk }: CursorPosition): Promise<void> {
  await tx.$executeRaw(Prisma.sql`
    UPDATE sync_cursor SET cursor_at = ${at}, cursor_pk = ${pk}
    WHERE source = ${source} AND (cursor_at IS NULL OR (cursor_at, cursor_pk) < (${at}, ${pk}))`);
}

/** For operators: when the source was last read to its end, or why not. */
export async function recordPull(db: Database, source: string, at: Date, error: string | null): Promise<void> {
  await db.syncCursor.upsert({
    where: { source },
    create: { source, lastError: error, ...(error === null ? { lastSuccessAt: at } : {}) },
    update: { lastError: error, ...(error === null ? { lastSuccessAt: at } : {}) },
  });
}
