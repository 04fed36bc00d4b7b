import { isDeepStrictEqual } from "node:util";

import type { JsonObject } from "@drumline/core/task";

import type { Reading, RemoteOrder } from "../gateways/omnitron/port.ts";
import type { KnownOrder } from "./import-snapshot.ts";

/** An order that could be read. */
export type GoodReading = Reading<RemoteOrder> & { readonly ok: true };

/** A version that is neither older than what we hold nor the same. */
export const isNews = (record: GoodReading, known: KnownOrder): boolean =>
  !isOlder(record.value, known) && !isSame(record, known);

export const isOlder = (order: RemoteOrder, known: KnownOrder): boolean => order.modifiedAt < known.remoteModifiedAt;

/** A page says what Omnitron holds as it answers; a webhook may have been on its way for hours. */
export const mayBeOlder = ({ modifiedAt }: RemoteOrder, { remoteModifiedAt }: KnownOrder): boolean =>
  modifiedAt <= remoteModifiedAt;

/** Omnitron's clock may be finer than ours, so that two versions can look equally new: the content decides. */
export const isSame = ({ value, payload }: GoodReading, known: KnownOrder): boolean =>
  value.modifiedAt.getTime() === known.remoteModifiedAt.getTime() &&
  (isDeepStrictEqual(payload, known.payload) || isDeepStrictEqual(asStored(payload), known.payload));

/** As it comes back from the database: JSON knows no -0. */
const asStored = (payload: JsonObject): JsonObject => JSON.parse(JSON.stringify(payload)) as JsonObject;
