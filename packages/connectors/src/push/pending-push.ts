import { createHash, randomUUID } from "node:crypto";

import type { JsonObject, JsonValue } from "@drumline/core/task";

/** How far a partner has been told, in the order of change. */
export interface ChangePosition {
  readonly at: Date;
  readonly id: bigint;
}

/** A record that changed, as we know it. */
export interface ChangedRecord extends ChangePosition {
  readonly data: JsonObject;
}

/** A change that was not taken, and why. */
export interface LeftChange {
  readonly id: string;
  readonly why: string;
}

/** A page as it goes to the partner. */
export interface PendingPush {
  /** The same on every try: a partner that has seen it does nothing again. */
  readonly key: string;
  /** What made the records: they are made anew when somebody has corrected it. */
  readonly mapping: string;
  readonly records: readonly { readonly id: string; readonly value: JsonValue }[];
  /** Changes it stands for that the mapping made nothing of, and those that it failed at. */
  readonly skipped: readonly string[];
  readonly left: readonly LeftChange[];
  readonly last: ChangePosition;
}

export function createPush(expression: string | null, page: Omit<PendingPush, "key" | "mapping">): PendingPush {
  return { key: randomUUID(), mapping: hashOf(expression), ...page };
}

/** The page that an earlier run may or may not have brought to the partner; null where none waits, or under an older mapping. */
export function parsePendingPush(text: string | null, expression: string | null): PendingPush | null {
  if (text === null) return null;
  type Recorded = Omit<PendingPush, "last" | "skipped" | "left"> & Partial<Pick<PendingPush, "skipped" | "left">>;
  const push = JSON.parse(text) as Recorded & { last: string };
  // A page that an older release put on record names neither.
  const { skipped = [], left = [] } = push;
  return push.mapping === hashOf(expression) ? { ...push, skipped, left, last: parsePosition(push.last) } : null;
}

/** How many changes it stands for. */
export const countChanges = ({ records, skipped, left }: PendingPush): number =>
  records.length + skipped.length + left.length;

export const formatPush = (push: PendingPush): string => JSON.stringify({ ...push, last: formatPosition(push.last) });

export function parsePosition(text: string | null): ChangePosition {
  const match = /^(.+)\|(\d+)$/.exec(text ?? "");
  return match === null ? { at: new Date(0), id: 0n } : { at: new Date(match[1]!), id: BigInt(match[2]!) };
}

export const formatPosition = ({ at, id }: ChangePosition): string => `${at.toISOString()}|${id}`;

const hashOf = (expression: string | null): string =>
  createHash("sha256")
    .update(expression ?? "")
    .digest("hex")
    .slice(0, 16);
