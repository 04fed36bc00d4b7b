import { createHash, randomUUID } from "node:crypto";

import type { JsonValue } from "@drumline/core/task";

import type { Endpoint } from "../endpoint.sql.ts";
import type { OutgoingPosition } from "./source.sql.ts";

/** A page as it goes to the client. */
export interface PendingPush {
  /** The same on every try: a client that has seen it does nothing again. */
  readonly key: string;
  /** What made the records: they are made anew when somebody has corrected it. */
  readonly mapping: string;
  readonly records: readonly { readonly id: string; readonly value: JsonValue }[];
  /** Changes it stands for, with those that could not be mapped. */
  readonly changes: number;
  readonly last: OutgoingPosition;
}

export function createPush(endpoint: Endpoint, page: Omit<PendingPush, "key" | "mapping">): PendingPush {
  return { key: randomUUID(), mapping: markOf(endpoint), ...page };
}

/** The page that an earlier run may or may not have brought to the client; null where none waits, or under an older mapping. */
export function findPendingPush(endpoint: Endpoint): PendingPush | null {
  if (endpoint.pendingPush === null) return null;
  const push = JSON.parse(endpoint.pendingPush) as Omit<PendingPush, "last"> & { last: string };
  return push.mapping === markOf(endpoint) ? { ...push, last: parsePosition(push.last) } : null;
}

export const formatPush = (push: PendingPush): string => JSON.stringify({ ...push, last: formatPosition(push.last) });

export function parsePosition(text: string | null): OutgoingPosition {
  const match = /^(.+)\|(\d+)$/.exec(text ?? "");
  return match === null ? { at: new Date(0), id: 0n } : { at: new Date(match[1]!), id: BigInt(match[2]!) };
}

export const formatPosition = ({ at, id }: OutgoingPosition): string => `${at.toISOString()}|${id}`;

const markOf = ({ mapping }: Endpoint): string =>
  createHash("sha256")
    .update(mapping ?? "")
    .digest("hex")
    .slice(0, 16);
