import { isDeepStrictEqual } from "node:util";

import type { Reading, RemoteLocation } from "../gateways/omnitron/port.ts";
import type { ImportProblem } from "../imports/import-problem.ts";

/** As the database holds it; `pk` is null for one that Omnitron has not named yet. */
export type KnownLocation = Omit<RemoteLocation, "pk"> & { readonly pk: bigint | null };

/** What a page of stock locations changes. */
export interface LocationPlan {
  /** New or different from what we hold. */
  readonly locations: readonly RemoteLocation[];
  readonly problems: readonly ImportProblem[];
  readonly resolvedRemoteIds: readonly string[];
}

/**
 * Decides what a page of stock locations changes. A location is known by its ERP code, which the inventory engine and
 * marketplace lines use too: one that comes under another pk, or a pk under another code, is a problem, not a rename.
 */
export function planLocations(
  records: readonly Reading<RemoteLocation>[],
  known: readonly KnownLocation[],
): LocationPlan {
  const byCode = new Map<string, KnownLocation>(known.map((location) => [location.erpCode, location]));
  const codeByPk = new Map(known.map(({ pk, erpCode }) => [pk, erpCode]));
  const locations: RemoteLocation[] = [];
  const problems: ImportProblem[] = [];
  const resolvedRemoteIds: string[] = [];

  for (const record of records) {
    const { remoteId, payload } = record;
    if (!record.ok) {
      problems.push({ remoteId, payload, code: "INVALID_RECORD", error: record.error });
      continue;
    }
    const { pk, erpCode } = record.value;
    const before = byCode.get(erpCode);
    const codeOfPk = codeByPk.get(pk) ?? erpCode;
    if ((before?.pk ?? pk) !== pk || codeOfPk !== erpCode) {
      const error = `pk ${pk} has ERP code ${erpCode}, but we know pk ${pk} as ${codeOfPk} and ${erpCode} as pk ${before?.pk ?? "of none"}`;
      problems.push({ remoteId, payload, code: "NUMBER_CLASH", error });
      continue;
    }
    resolvedRemoteIds.push(remoteId);
    if (before === undefined || !isDeepStrictEqual(before, record.value)) locations.push(record.value);
    byCode.set(erpCode, record.value);
    codeByPk.set(pk, erpCode);
  }
  return { locations, problems, resolvedRemoteIds };
}
