import { DrumlineError } from "@drumline/core/errors";
import type { Database } from "@drumline/db";
import type { StoredAuth } from "@drumline/outbound/secrets";

import { type IncomingSource, incomingSource, type OutgoingTarget, outgoingTarget } from "./source.ts";

/** Which of the three kinds that refer to each other, as people call it. */
type Kind = "incoming" | "route";

/** A job that names what is not there, or is switched off: nothing to do until somebody corrects it. */
export class ConfigurationUnusable extends DrumlineError {
  constructor(kind: Kind, identifier: string, why: string) {
    super(`the ${kind} "${identifier}" ${why}`, { code: "CONFIGURATION_UNUSABLE" });
  }
}

export interface Incoming extends StoredAuth {
  readonly id: bigint;
  readonly identifier: string;
  readonly isDisabled: boolean;
  readonly source: IncomingSource;
  readonly routes: readonly IncomingRoute[];
}

export interface IncomingRoute {
  readonly id: bigint;
  readonly identifier: string;
  readonly isRealTime: boolean;
}

/** @throws {ConfigurationUnusable} */
export async function loadIncoming(db: Pick<Database, "integrationIncoming">, identifier: string): Promise<Incoming> {
  const row = await db.integrationIncoming.findUnique({
    where: { identifier },
    include: {
      routes: { orderBy: { id: "asc" }, select: { id: true, identifier: true, isRealTime: true, isDisabled: true } },
    },
  });
  if (row === null) throw new ConfigurationUnusable("incoming", identifier, "does not exist");
  const source = incomingSource.safeParse(row.source);
  if (!source.success)
    throw new ConfigurationUnusable("incoming", identifier, `cannot be read: ${source.error.message}`);
  const routes = row.routes.map(({ isDisabled, isRealTime, ...route }) => ({
    ...route,
    isRealTime: isRealTime && !isDisabled,
  }));
  return { ...row, source: source.data, routes };
}

/** As `loadIncoming`, of one whose records go somewhere. @throws {ConfigurationUnusable} */
export async function loadUsableIncoming(
  db: Pick<Database, "integrationIncoming">,
  identifier: string,
): Promise<Incoming> {
  const incoming = await loadIncoming(db, identifier);
  if (incoming.isDisabled) throw new ConfigurationUnusable("incoming", identifier, "is disabled");
  if (incoming.routes.length === 0)
    throw new ConfigurationUnusable("incoming", identifier, "has no route: what it reads would go nowhere");
  return incoming;
}

export interface Route {
  readonly id: bigint;
  readonly identifier: string;
  readonly isDisabled: boolean;
  readonly maxAttempts: number;
  readonly retryIntervalMinutes: number;
  readonly parallel: number;
  readonly pausedUntil: Date | null;
  readonly pausedReason: string | null;
  readonly pauses: number;
  /** JSONata, in the order in which it is applied. */
  readonly transformers: readonly { readonly identifier: string; readonly expression: string }[];
  readonly outgoing: StoredAuth & {
    readonly identifier: string;
    readonly isDisabled: boolean;
    readonly target: OutgoingTarget;
  };
}

/** @throws {ConfigurationUnusable} */
export async function loadRoute(db: Database, identifier: string): Promise<Route> {
  const row = await db.integrationRoute.findUnique({
    where: { identifier },
    include: { outgoing: true, transformers: { orderBy: { position: "asc" }, include: { transformer: true } } },
  });
  if (row === null) throw new ConfigurationUnusable("route", identifier, "does not exist");
  const target = outgoingTarget.safeParse(row.outgoing.target);
  if (!target.success)
    throw new ConfigurationUnusable(
      "route",
      identifier,
      `has an outgoing that cannot be read: ${target.error.message}`,
    );
  return {
    ...row,
    transformers: row.transformers.map(({ transformer }) => transformer),
    outgoing: { ...row.outgoing, target: target.data },
  };
}
