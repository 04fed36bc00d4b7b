import { keepPreviousData, useQueries } from "@tanstack/react-query";

import { api, dataOf } from "../../client/api.ts";
import type { Finding } from "./audit-actions.ts";

type ActionStatus = Finding["actionStatus"];

export interface AuditFilter {
  readonly auditType?: Finding["auditType"] | undefined;
  readonly platform?: string | undefined;
  readonly q?: string | undefined;
}

interface LaneOf {
  readonly title: string;
  readonly about: string;
  readonly statuses: readonly ActionStatus[];
  /** Only what still holds. */
  readonly open?: true;
}

export const AUDIT_LANES: readonly LaneOf[] = [
  { title: "To decide", about: "Found, and nobody has said what is to be done.", statuses: ["NONE"], open: true },
  { title: "Decided", about: "Waits to be applied, or is being applied.", statuses: ["PENDING", "IN_PROGRESS"] },
  { title: "Done", about: "Applied, refused or failed.", statuses: ["UNKNOWN", "FAILED", "REFUSED", "DONE"] },
];

const MOST_SHOWN = 100;

export interface AuditLane extends LaneOf {
  readonly findings: readonly Finding[];
  readonly hasMore: boolean;
}

interface Findings {
  readonly lanes: readonly AuditLane[] | undefined;
  readonly error: Error | null;
  readonly refetch: () => void;
}

const STATUSES = AUDIT_LANES.flatMap(({ statuses, open }) => statuses.map((status) => ({ status, open })));

/** The findings of each lane, what waits for a person first. */
export function useFindings(filter: AuditFilter, isApplying: boolean): Findings {
  const answers = useQueries({
    queries: STATUSES.map(({ status, open }) => ({
      queryKey: ["user-audits", filter, status],
      queryFn: () =>
        dataOf(
          api.GET("/api/v1/user-audits", {
            params: {
              query: {
                ...filter,
                actionStatus: status,
                limit: MOST_SHOWN,
                ...(open ? { state: "open" } : {}),
              } as never,
            },
          }),
        ),
      placeholderData: keepPreviousData,
      // Nobody tells of findings; while they are applied they are asked for.
      refetchInterval: isApplying ? 1_500 : 30_000,
    })),
  });
  const refetch = () => answers.forEach((answer) => void answer.refetch());
  const error = answers.find((answer) => answer.error !== null)?.error ?? null;
  if (answers.some(({ data }) => data === undefined)) return { lanes: undefined, error, refetch };
  const lanes = AUDIT_LANES.map((lane): AuditLane => {
    const parts = lane.statuses.map((status) => answers[STATUSES.findIndex((one) => one.status === status)]!.data!);
    return {
      ...lane,
      findings: parts.flatMap(({ items }) => items),
      hasMore: parts.some(({ nextCursor }) => nextCursor !== null),
    };
  });
  return { lanes, error, refetch };
}
