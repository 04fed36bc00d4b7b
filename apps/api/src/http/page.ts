import { createHash } from "node:crypto";

import { z } from "zod";

import { HttpProblem } from "./problem.ts";

/** What a list of any resource is asked with, besides its filter. */
export function pageQuery({ limit, most }: { limit: number; most: number }) {
  return {
    limit: z.coerce.number().int().min(1).max(most).default(limit),
    cursor: z.string().max(1_000).optional().describe("`nextCursor` of the page before; the filter stays the same."),
  };
}

/** The answer of every list. */
export function pageOf<Item extends z.ZodType>(item: Item) {
  return z.object({
    items: z.array(item).readonly(),
    nextCursor: z.string().nullable().describe("Null on the last page."),
  });
}

interface Page<Row> {
  readonly items: readonly Row[];
  readonly nextCursor: string | null;
}

/**
 * One page by position and not by number, so that rows that come in meanwhile shift nothing. The cursor is opaque, and
 * good for the filter it was made for only.
 * @throws {HttpProblem} 400 for a cursor that was not made here, or for another filter
 */
export async function loadPage<Filter extends object, Row, At>(
  { limit, cursor, ...filter }: Filter & { limit: number; cursor?: string | undefined },
  position: z.ZodType<At>,
  load: (filter: Omit<Filter, "limit" | "cursor">, after: At | null, limit: number) => Promise<readonly Row[]>,
  positionOf: (row: Row) => At,
): Promise<Page<Row>> {
  const after = cursor === undefined ? null : parseCursor(cursor, position, filter);
  const rows = await load(filter, after, limit + 1);
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  const hasMore = rows.length > limit && last !== undefined;
  return { items, nextCursor: hasMore ? formatCursor(positionOf(last), position, filter) : null };
}

export function formatCursor<At>(at: At, schema: z.ZodType<At>, filter: object): string {
  return Buffer.from(JSON.stringify([hashOf(filter), z.encode(schema, at)])).toString("base64url");
}

/** @throws {HttpProblem} 400 for a cursor that was not made here, or for another filter */
export function parseCursor<At>(cursor: string, schema: z.ZodType<At>, filter: object): At {
  const [hash, position] = readPair(Buffer.from(cursor, "base64url").toString());
  const at = z.safeDecode(schema, position);
  if (!at.success) throw wrongCursor("This is no cursor; pass the nextCursor of the page before, or none.");
  if (hash !== hashOf(filter)) throw wrongCursor("The cursor is of another filter; leave it out for the first page.");
  return at.data;
}

const wrongCursor = (problem: string): HttpProblem =>
  new HttpProblem(400, problem, { errors: [{ where: "querystring.cursor", problem }] });

function readPair(text: string): readonly unknown[] {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value : [];
  } catch {
    return [];
  }
}

function hashOf(filter: object): string {
  const text = JSON.stringify(filter, (_name, value: unknown) => (typeof value === "bigint" ? String(value) : value));
  return createHash("sha256").update(text).digest("base64url").slice(0, 8);
}
