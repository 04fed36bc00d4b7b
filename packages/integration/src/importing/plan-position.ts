import { DAY_MS, MINUTE_MS } from "@drumline/core/clock";
import type { JsonObject, JsonValue } from "@drumline/core/task";

import type { HttpSource, Paging } from "../configurations/source.ts";
import { pathTo, textAt } from "./path-to.ts";
import type { ArrivedRecord } from "./plan-page.ts";
import { instantBefore, toInstant } from "./to-instant.ts";

/** How far an HTTP source was read, in its own words; which members it has is the paging's choice. */
export interface Position {
  /** Of cursor paging: after which it goes on. */
  readonly cursor?: string;
  /** Of numbered pages: the next of a listing that is not over. */
  readonly page?: number;
  /** Of paging by change: the last record's, as the source writes it. */
  readonly changed?: string;
  readonly id?: string;
}

export const toPosition = (stored: JsonObject | null): Position => stored ?? {};

/** The query that asks for the page at a position. `isFirst`: of this run. */
export function toQuery(
  { paging, pageSize }: Pick<HttpSource, "paging" | "pageSize">,
  position: Position,
  isFirst: boolean,
): Record<string, string> {
  const size =
    paging.kind === "none" || paging.sizeParameter === null ? {} : { [paging.sizeParameter]: String(pageSize) };
  switch (paging.kind) {
    case "none":
      return {};
    case "cursor":
      return { ...size, ...(position.cursor === undefined ? {} : { [paging.parameter]: position.cursor }) };
    case "page":
      return { ...size, [paging.parameter]: String(position.page ?? paging.first) };
    case "changed":
      return {
        ...size,
        ...(position.changed === undefined ? {} : changedSince(paging, position, position.changed, isFirst)),
      };
  }
}

/** The first page of a run looks back a little: a record may be committed after one that was changed later. */
function changedSince(
  { parameter, idParameter, overlapMinutes }: Extract<Paging, { kind: "changed" }>,
  { id }: Position,
  changed: string,
  isFirst: boolean,
): Record<string, string> {
  const since = isFirst ? instantBefore(changed, overlapMinutes * MINUTE_MS) : changed;
  const isSame = since === changed;
  return { [parameter]: since, ...(idParameter === null || id === undefined || !isSame ? {} : { [idParameter]: id }) };
}

export interface NextPosition {
  readonly position: Position;
  readonly hasMore: boolean;
  /** Why the source cannot be read on by this paging; the records that came are good. */
  readonly problem: string | null;
}

interface PageRead {
  readonly source: Pick<HttpSource, "paging" | "pageSize">;
  readonly position: Position;
  readonly records: readonly ArrivedRecord[];
  readonly beside: JsonValue;
  readonly now: Date;
}

/** Where it goes on after a page. */
export function planPosition(read: PageRead): NextPosition {
  const { source, position, records, beside } = read;
  const { paging, pageSize } = source;
  const isFull = records.length >= pageSize;
  switch (paging.kind) {
    case "none":
      return { position, hasMore: false, problem: null };
    case "page": {
      const page = (position.page ?? paging.first) + 1;
      return isFull
        ? { position: { page }, hasMore: true, problem: null }
        : { position: {}, hasMore: false, problem: null };
    }
    case "cursor": {
      const next = textAt(beside, paging.next);
      const more = paging.more === null ? next !== null : isTrue(pathTo(beside, paging.more));
      if (!more) return { position: paging.resume ? toCursor(next, position) : {}, hasMore: false, problem: null };
      if (next !== null && next !== position.cursor)
        return { position: { cursor: next }, hasMore: true, problem: null };
      return { position, hasMore: false, problem: "it says that there is more, but not after which cursor" };
    }
    case "changed":
      return planChanged(read, isFull);
  }
}

const toCursor = (next: string | null, before: Position): Position => (next === null ? before : { cursor: next });
/** Where numbers and booleans stand beside a list they may have become texts. */
const isTrue = (value: JsonValue | undefined): boolean =>
  value === true || value === "true" || value === 1 || value === "1";

/** Sources' clocks run ahead; further than this, an instant is a mistake, and would pass over all that comes. */
const MOST_AHEAD_MS = DAY_MS;

/**
 * After the last record of the page. A page that is not in order moves nothing while there is more: what it left out may lie
 * anywhere after its smallest.
 */
function planChanged({ position, records, now }: PageRead, isFull: boolean): NextPosition {
  const stops = records
    .filter(({ refusal }) => refusal === null || refusal.status === "REJECTED")
    .flatMap(({ changed, entityKey }) => {
      const at = changed === null ? null : toInstant(changed);
      return at === null || at.getTime() > now.getTime() + MOST_AHEAD_MS
        ? []
        : [{ at: at.getTime(), changed: changed!, id: entityKey }];
    });
  const isOrdered = stops.every(({ at }, place) => place === 0 || at >= stops[place - 1]!.at);
  const last = isOrdered ? stops.at(-1) : stops.reduce((left, right) => (right.at > left.at ? right : left));
  const before = position.changed === undefined ? null : toInstant(position.changed);
  const isBehind = last !== undefined && before !== null && last.at < before.getTime();
  const next = last === undefined || isBehind ? position : { changed: last.changed, id: last.id };
  if (!isFull) return { position: next, hasMore: false, problem: null };
  if (!isOrdered)
    return {
      position,
      hasMore: false,
      problem: "its page is not ordered by change, oldest first: it is not known what it left out",
    };
  if (last === undefined)
    return { position, hasMore: false, problem: "not one record of a full page says when it was changed" };
  return { position: next, hasMore: true, problem: null };
}
