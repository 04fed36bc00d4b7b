import type { Exchange } from "@drumline/connectors/exchange";
import { mapAgain, type PulledRecord, pullPageAgain } from "@drumline/connectors/pull";
import { messageOf } from "@drumline/core/errors";
import type { Turn } from "@drumline/core/task";
import { commitApart, type Transaction } from "@drumline/db";
import { AuthenticationRefused, OutboundError, RateLimited, Unavailable } from "@drumline/outbound/http";

import type { Entity } from "../endpoint.sql.ts";
import { type IncomingRecord, parseRecord } from "./parse-record.ts";
import { type PageOwner, reasonOf } from "./save-page.ts";
import { type RecordFlow, saveRecords } from "./save-records.ts";
import { closeWaitingProblems } from "./waiting-problems.sql.ts";
import {
  type ArrivedRecord,
  dropWaiting,
  type FailedAttempt,
  findArrived,
  findSuperseded,
  keepWaiting,
  loadDueWaiting,
  planAttempt,
  saveAttempts,
  takeArrived,
  type WaitingRecord,
} from "./waiting-record.sql.ts";

const MOST_AT_ONCE = 100;
const BATCH_ARRIVED = 500;

/**
 * Tries records of the flow again that could not be taken in: mapped anew, since the mapping may have been put right, and
 * out of their page, which is asked for again, since they may have been garbled on the way only.
 */
export async function retryWaiting(exchange: Exchange, owner: PageOwner): Promise<void> {
  const { db, flow, turn } = owner;
  const at = turn.now;
  const due = await loadDueWaiting(db, flow.id, at, MOST_AT_ONCE);
  if (due.length === 0) return;
  const found = new Map<WaitingRecord, IncomingRecord>();
  const whys = new Map<WaitingRecord, string>();
  for (const row of due) if (row.data !== null) found.set(row, toIncoming(row));
  const left = () => due.filter((row) => !found.has(row) && !whys.has(row));
  await mapRaws(exchange, owner, left(), found);
  const untried = await readPages(exchange, owner, left(), found, whys);
  const tried = due.filter((row) => !untried.has(row));

  const superseded = await findSuperseded(
    db,
    flow,
    [...found].map(([{ receivedAt }, { externalId }]) => ({ externalId, receivedAt })),
  );
  const isOld = (row: WaitingRecord) => superseded.has(found.get(row)?.externalId ?? row.externalId ?? "");
  const old = tried.filter((row) => found.has(row) && isOld(row));
  await dropWaiting(
    db,
    old.map(({ id }) => id),
  );
  await closeWaitingProblems(
    db,
    flow,
    old.map(({ name }) => name),
    at,
  );
  const failed = tried.flatMap((row): FailedAttempt[] =>
    found.has(row) ? [] : [toFailed(row, whys.get(row) ?? row.why, turn)],
  );
  const usable = tried.filter((row) => found.has(row) && !isOld(row));
  const outcomes = await commitApart(usable, (some) =>
    db.$transaction((tx) => takeIn(tx, flow, some, (row) => found.get(row)!, turn)),
  );
  for (const [index, outcome] of outcomes.entries())
    if (outcome.isCommitted) exchange.counts.records += outcome.result ? 1 : 0;
    else
      failed.push({
        ...toFailed(usable[index]!, `the database refuses it: ${reasonOf(outcome.error)}`, turn),
        reason: "REFUSED",
      });
  await saveAttempts(db, failed);
}

/** Takes in what waited for orders of the client that have come by now, of whichever flow. */
export async function takeInArrived(exchange: Exchange, { db, flow, turn }: PageOwner): Promise<void> {
  for (let ids = await findArrived(db, flow.integrationId, BATCH_ARRIVED); ids.length > 0;) {
    const outcomes = await commitApart(ids, (some) =>
      db.$transaction(async (tx) => {
        const rows = await takeArrived(tx, some);
        const taken = new Set<bigint>();
        for (const [entity, ofFlow] of byEntity(rows)) {
          const { endpointId } = ofFlow[0]!;
          const results = await takeIn(tx, { ...flow, id: endpointId, entity }, ofFlow, toIncoming, turn);
          for (const [index, isTaken] of results.entries()) if (isTaken) taken.add(ofFlow[index]!.id);
        }
        return some.map((id) => taken.has(id));
      }),
    );
    exchange.counts.records += outcomes.filter((outcome) => outcome.isCommitted && outcome.result).length;
    await saveAttempts(
      db,
      outcomes.flatMap((outcome, index): FailedAttempt[] =>
        outcome.isCommitted
          ? []
          : [
              {
                id: ids[index]!,
                reason: "REFUSED",
                why: `the database refuses it: ${reasonOf(outcome.error)}`,
                nextAttemptAt: planAttempt(0, turn),
              },
            ],
      ),
    );
    // Whatever was not taken in is no longer one whose order is missing: the loop ends.
    ids = ids.length < BATCH_ARRIVED ? [] : await findArrived(db, flow.integrationId, BATCH_ARRIVED);
  }
}

/** True for each that is taken in; the others are kept anew, for whatever reason they have now. */
async function takeIn<Row extends WaitingRecord>(
  tx: Transaction,
  flow: RecordFlow,
  rows: readonly Row[],
  recordOf: (row: Row) => IncomingRecord,
  turn: Turn,
): Promise<boolean[]> {
  const records = rows.map(recordOf);
  const left = new Map((await saveRecords(tx, flow, records, turn.now)).map((one) => [one.record.externalId, one]));
  const isSameName = (row: Row, index: number) => row.externalId === records[index]!.externalId;
  const gone = rows.filter((row, index) => !left.has(records[index]!.externalId) || !isSameName(row, index));
  await dropWaiting(
    tx,
    gone.map(({ id }) => id),
  );
  await closeWaitingProblems(
    tx,
    flow,
    gone.map(({ name }) => name),
    turn.now,
  );
  const kept = rows.flatMap(({ page, since, attempts }, index) => {
    const { externalId, data, raw } = records[index]!;
    const why = left.get(externalId);
    return why === undefined ? [] : [{ ...why, externalId, data, raw, page, since, attempts: attempts + 1 }];
  });
  await keepWaiting(tx, flow.id, kept, turn);
  return records.map(({ externalId }) => !left.has(externalId));
}

/** What the mapping makes of the records by now. */
async function mapRaws(
  exchange: Exchange,
  { flow }: PageOwner,
  rows: readonly WaitingRecord[],
  found: Map<WaitingRecord, IncomingRecord>,
): Promise<void> {
  const whole = rows.flatMap((row) => (row.raw === undefined ? [] : [{ row, raw: row.raw }]));
  if (whole.length === 0) return;
  try {
    const { records } = await mapAgain(
      exchange,
      parseOf(flow),
      whole.map(({ raw }) => raw),
    );
    for (const { no, record } of records) found.set(whole[no - 1]!.row, record);
  } catch (error) {
    if (!(error instanceof OutboundError)) throw error;
  }
}

/** Asks for the pages again that the records came in. Those that were not asked for, since the client is away. */
async function readPages(
  exchange: Exchange,
  { flow }: PageOwner,
  rows: readonly WaitingRecord[],
  found: Map<WaitingRecord, IncomingRecord>,
  whys: Map<WaitingRecord, string>,
): Promise<Set<WaitingRecord>> {
  const untried = new Set(rows);
  for (const ofPage of byPage(rows)) {
    if (exchange.isOutOfTime()) break;
    exchange.signal.throwIfAborted();
    for (const row of ofPage) untried.delete(row);
    try {
      const page = await pullPageAgain(exchange, parseOf(flow), ofPage[0]!.page);
      for (const row of ofPage) {
        const match = page.records.find((one) => isSame(row, one));
        if (match !== undefined) found.set(row, match.record);
        else whys.set(row, page.failed.find(({ no }) => no === row.page.no)?.problem ?? row.why);
      }
    } catch (error) {
      if (error instanceof RateLimited || error instanceof AuthenticationRefused) throw error;
      if (!(error instanceof OutboundError)) throw error;
      for (const row of ofPage) whys.set(row, `${row.why.split(PAGE_PROBLEM)[0]!}${PAGE_PROBLEM}${messageOf(error)}`);
      if (error instanceof Unavailable) break;
    }
  }
  return untried;
}

const PAGE_PROBLEM = " Its page could not be read again: ";

/** By its id, and where that cannot be told by its place. */
function isSame({ externalId, page }: WaitingRecord, { no, id, record }: PulledRecord<IncomingRecord>): boolean {
  return externalId === null ? no === page.no : record.externalId === externalId || id === externalId;
}

const parseOf =
  ({ entity }: { readonly entity: Entity }) =>
  (...record: [Parameters<typeof parseRecord>[1], Parameters<typeof parseRecord>[2]]) =>
    parseRecord(entity, ...record);

const toIncoming = ({ externalId, data, raw }: WaitingRecord): IncomingRecord => ({
  externalId: externalId!,
  data: data!,
  raw: raw ?? data!,
});

function toFailed({ id, reason, attempts }: WaitingRecord, why: string, turn: Turn): FailedAttempt {
  return { id, reason, why, nextAttemptAt: planAttempt(attempts + 1, turn) };
}

function byEntity(rows: readonly ArrivedRecord[]): Map<Entity, ArrivedRecord[]> {
  const groups = new Map<Entity, ArrivedRecord[]>();
  for (const row of rows) groups.set(row.entity, [...(groups.get(row.entity) ?? []), row]);
  return groups;
}

function byPage(rows: readonly WaitingRecord[]): Iterable<WaitingRecord[]> {
  const pages = new Map<string, WaitingRecord[]>();
  for (const row of rows) {
    const key = JSON.stringify([row.page.cursor, row.page.limit]);
    pages.set(key, [...(pages.get(key) ?? []), row]);
  }
  return pages.values();
}
