import { EndpointTakenOver, type Exchange, noteProblem, unusable } from "@drumline/connectors/exchange";
import type { FailedRecord, PulledPage } from "@drumline/connectors/pull";
import { messageOf } from "@drumline/core/errors";
import type { Turn } from "@drumline/core/task";
import { commitApart, type Database, isDataError, type Transaction } from "@drumline/db";

import { advanceCursor, type ClientFlow } from "../endpoint.sql.ts";
import type { IncomingRecord } from "./parse-record.ts";
import { type LeftRecord, saveRecords } from "./save-records.ts";
import { keepWaiting, type NewWaiting } from "./waiting-record.sql.ts";

/** Whose page it is, and by which run. */
export interface PageOwner {
  readonly db: Database;
  readonly runId: string;
  readonly flow: ClientFlow;
  readonly turn: Turn;
}

type Problems = Pick<Exchange, "counts" | "hide">;
type Page = PulledPage<IncomingRecord>;

/**
 * Saves a page together with the cursor after it; how many of its records were saved. What cannot be taken in yet is kept
 * and tried again: the cursor goes past it. One that the database refuses for its data stops no other of its page.
 */
export async function savePage(
  exchange: Problems,
  owner: PageOwner,
  page: Page,
  after: string | null,
): Promise<number> {
  const { db, flow, turn } = owner;
  try {
    const left = await db.$transaction(async (tx) => {
      const found = await saveRecords(
        tx,
        flow,
        page.records.map(({ record }) => record),
        turn.now,
      );
      await leavePage(tx, owner, page, found, after);
      return found;
    });
    noteLeft(exchange, left);
    return page.records.length;
  } catch (error) {
    if (!isDataError(error)) throw error;
    return await saveApart(exchange, owner, page, after);
  }
}

async function saveApart(exchange: Problems, owner: PageOwner, page: Page, after: string | null): Promise<number> {
  const { db, flow, turn } = owner;
  const records = page.records.map(({ record }) => record);
  const outcomes = await commitApart(records, async (some) => {
    const left = await db.$transaction((tx) => saveRecords(tx, flow, some, turn.now));
    const leftOf = new Map(left.map((one) => [one.record, one]));
    return some.map((record) => leftOf.get(record) ?? null);
  });
  const left = outcomes.flatMap((outcome, index): LeftRecord[] => {
    if (outcome.isCommitted) return outcome.result === null ? [] : [outcome.result];
    const why = `the database refuses it: ${reasonOf(outcome.error)}`;
    return [{ record: records[index]!, reason: "REFUSED", why, order: null }];
  });
  await db.$transaction((tx) => leavePage(tx, owner, page, left, after));
  noteLeft(exchange, left);
  return outcomes.filter(({ isCommitted }) => isCommitted).length;
}

const MOST_WAITING = 10_000;

/** Keeps what of the page was not taken in, and moves the cursor past it. */
async function leavePage(
  tx: Transaction,
  { runId, flow, turn }: PageOwner,
  page: Page,
  left: readonly LeftRecord[],
  after: string | null,
): Promise<void> {
  const places = new Map(page.records.map(({ no, record }) => [record.externalId, no]));
  const waiting = [
    ...page.failed
      .filter(({ id, no }) => id === null || !((places.get(id) ?? 0) > no))
      .map((failed) => toWaiting(page, failed, turn.now)),
    ...left.map(({ record, ...why }): NewWaiting => ({
      ...why,
      externalId: record.externalId,
      data: record.data,
      raw: record.raw,
      page: { ...page.asked, no: places.get(record.externalId)! },
      since: turn.now,
      attempts: 0,
    })),
  ];
  const count = await keepWaiting(tx, flow.id, waiting, turn);
  if (count > MOST_WAITING)
    throw unusable(
      flow,
      `sent records of which more than ${MOST_WAITING} cannot be taken in and wait already; no further page is passed. ` +
        "Look at ecomnow_waiting_record.",
    );
  if (!(await advanceCursor(tx, flow, runId, after))) throw new EndpointTakenOver(flow);
}

function toWaiting({ asked }: Page, { id, no, problem, raw, isWhole }: FailedRecord, at: Date): NewWaiting {
  return {
    externalId: id,
    reason: "UNREADABLE",
    why: problem,
    data: null,
    order: null,
    raw: isWhole ? raw : undefined,
    page: { ...asked, no },
    since: at,
    attempts: 0,
  };
}

/** What the database said, without the statement that Prisma puts before it. */
export const reasonOf = (error: unknown): string => messageOf(error).trim().split("\n").at(-1)!;

function noteLeft(exchange: Problems, left: readonly LeftRecord[]): void {
  for (const { record, why } of left)
    noteProblem(exchange, record.externalId, `${why}; it is kept and tried again`, record.raw);
}
