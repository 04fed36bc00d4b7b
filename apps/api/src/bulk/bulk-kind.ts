import type { BulkAction, BulkWork, Role } from "@drumline/engine";
import type { z } from "zod";

/** What may be done to many rows at once. */
export interface BulkKind {
  readonly access: Role;
  /** For somebody who is signed in: a token may be anybody's. */
  readonly isPersonal?: boolean;
  readonly summary: string;
  /** The filter of the list it acts on, by the same names. */
  readonly filter: z.ZodObject;
  readonly params: z.ZodObject;
  /** How an id of its rows looks. */
  readonly idForm: RegExp;
  /** Makes instants of times that are relative: what is asked for now is what is meant, however long it takes. */
  readonly freeze?: (filter: Readonly<Record<string, unknown>>, now: Date) => Readonly<Record<string, unknown>>;
  /** Ids of all that the filter has, page by page. */
  readonly match: (filter: Readonly<Record<string, unknown>>, askedAt: Date) => AsyncIterable<readonly string[]>;
  /** Why nothing will be done to some of these, by id; what is left out can be done, as far as can be seen now. */
  readonly judge: (ids: readonly string[]) => Promise<ReadonlyMap<string, string>>;
  readonly apply: BulkWork["apply"];
  readonly batch: number;
  /** What takes it back, and with which parameters. */
  readonly undo?: { readonly action: string; readonly params: Readonly<Record<string, unknown>> };
}

/** Pages of a list until none is left. */
export async function* pagesOf<Row, At>(
  load: (after: At | null, limit: number) => Promise<readonly Row[]>,
  positionOf: (row: Row) => At,
  idOf: (row: Row) => string,
): AsyncGenerator<readonly string[]> {
  for (let after: At | null = null; ;) {
    const rows: readonly Row[] = await load(after, PAGE);
    if (rows.length > 0) yield rows.map(idOf);
    const last = rows.at(-1);
    if (rows.length < PAGE || last === undefined) return;
    after = positionOf(last);
  }
}

export const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
export const NUMBER = /^\d{1,18}$/;

const PAGE = 1_000;

/** Who asked for it, as those who did each by hand would be named. */
export const whoDoes = ({ requestedBy }: BulkAction): string => requestedBy;
