import { type ChildAnswer, type MappingChild, startMappingChild, type TurnEnding } from "./mapping-child.ts";
import { BadMapping, MappingRunnerFailed } from "./mapping-errors.ts";

/** One thing a child is asked: to map a record, or only to read the expression where there is none. */
export interface Item {
  readonly record: string | null;
  settle(outcome: Outcome): void;
  /** Processes that died at it. */
  deaths: number;
}

export type Outcome =
  ChildAnswer | { readonly failure: Error } | { readonly runaway: string } | { readonly isRead: true };

/** The items of one caller, whose turns come between those of the others. */
export interface Lane {
  readonly expression: string;
  readonly waiting: Item[];
  isClosed: boolean;
}

export interface ChildPool {
  /**
   * Each item is settled once, unless its lane is closed first.
   * @throws {MappingRunnerFailed} Once the pool is closed.
   */
  enqueue(lane: Lane, items: readonly Item[]): void;
  close(): void;
}

export interface ChildPoolOptions {
  readonly children: number;
  readonly heapMegabytes: number;
  readonly timeLimitMs: number;
  readonly maxOutputCharacters: number;
  readonly recordsPerChild: number;
  readonly idleMs: number;
}

interface Seat {
  child: MappingChild | null;
  isBusy: boolean;
  answered: number;
  idle: NodeJS.Timeout | null;
}

export const BATCH_RECORDS = 50;
const BATCH_CHARACTERS = 500_000;
const TURN_MS = 200;
/** A record that two processes died at is to blame; the first death may have been a neighbour's doing. */
const DEATHS_TO_BLAME = 2;
const MOST_START_FAILURES = 3;

/**
 * Gives items out to child processes, batch by batch: each lane that waits has a turn of some 200 ms before another has
 * its second. A process that dies costs the record it died at; its neighbours go out again, one by one.
 */
export function createChildPool(options: ChildPoolOptions): ChildPool {
  const seats: Seat[] = Array.from({ length: options.children }, () => ({
    child: null,
    isBusy: false,
    answered: 0,
    idle: null,
  }));
  const lanes: Lane[] = [];
  let startFailures = 0;
  let isClosed = false;

  function enqueue(lane: Lane, items: readonly Item[]): void {
    if (isClosed) throw new MappingRunnerFailed("the process is stopping.");
    if (items.length === 0) return;
    if (lane.waiting.length === 0) lanes.push(lane);
    lane.waiting.push(...items);
    giveOut();
  }

  function giveOut(): void {
    for (const seat of seats) {
      if (seat.isBusy) continue;
      const lane = takeTurn();
      if (lane === null) return;
      const batch = takeBatch(lane.waiting);
      if (lane.waiting.length > 0) lanes.push(lane);
      void serve(seat, lane, batch);
    }
  }

  /** The lane whose turn it is; null where nothing waits. */
  function takeTurn(): Lane | null {
    let lane = lanes.shift();
    while (lane?.waiting.length === 0) lane = lanes.shift();
    return lane ?? null;
  }

  async function serve(seat: Seat, lane: Lane, batch: readonly Item[]): Promise<void> {
    seat.isBusy = true;
    if (seat.idle !== null) clearTimeout(seat.idle);
    seat.child ??= startMappingChild({ ...options, turnMs: TURN_MS });
    const records = batch.flatMap(({ record }) => (record === null ? [] : [record]));
    let answered = 0;
    const ending = await seat.child.run({ expression: lane.expression, records }, (answer) => {
      batch[answered]!.settle(answer);
      answered += 1;
    });
    seat.answered += answered;
    settleRest(lane, batch.slice(answered), ending);
    if (ending.kind === "died" || ending.kind === "not started" || seat.answered >= options.recordsPerChild)
      vacate(seat);
    seat.isBusy = false;
    seat.idle = setTimeout(() => vacate(seat), options.idleMs).unref();
    giveOut();
  }

  function settleRest(lane: Lane, rest: readonly Item[], ending: TurnEnding): void {
    const failure = failureOf(ending);
    const again: Item[] = [];
    for (const item of rest) {
      if (ending.kind === "died") item.deaths += 1;
      if (failure !== null) item.settle({ failure });
      else if (ending.kind === "died" && item.deaths >= DEATHS_TO_BLAME) item.settle({ runaway: ending.why });
      else if (ending.kind === "done" && item.record === null) item.settle({ isRead: true });
      else again.push(item);
    }
    if (lane.isClosed || again.length === 0) return;
    if (lane.waiting.length === 0) lanes.push(lane);
    lane.waiting.unshift(...again);
  }

  function failureOf(ending: TurnEnding): Error | null {
    if (isClosed) return new MappingRunnerFailed("the process is stopping.");
    if (ending.kind === "bad") return new BadMapping(ending.problem, ending.position);
    startFailures = ending.kind === "not started" ? startFailures + 1 : 0;
    if (ending.kind !== "not started" || startFailures < MOST_START_FAILURES) return null;
    return new MappingRunnerFailed(`their process does not start: ${ending.why}.`);
  }

  function vacate(seat: Seat): void {
    seat.child?.end();
    seat.child = null;
    seat.answered = 0;
  }

  return {
    enqueue,
    close() {
      isClosed = true;
      for (const seat of seats) {
        if (seat.idle !== null) clearTimeout(seat.idle);
        vacate(seat);
      }
      const failure = new MappingRunnerFailed("the process is stopping.");
      for (const lane of lanes.splice(0)) for (const item of lane.waiting.splice(0)) item.settle({ failure });
    },
  };
}

/** From the front of the queue: one item alone where a process died at it or where it is only to be read, else a batch. */
function takeBatch(waiting: Item[]): Item[] {
  let count = 0;
  let characters = 0;
  for (const { record, deaths } of waiting) {
    const isAlone = record === null || deaths > 0;
    if (count > 0 && (isAlone || count >= BATCH_RECORDS || characters > BATCH_CHARACTERS)) break;
    count += 1;
    characters += record?.length ?? 0;
    if (isAlone) break;
  }
  return waiting.splice(0, count);
}
