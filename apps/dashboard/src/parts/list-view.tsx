import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";

import { type Column, DataTable } from "./data-table.tsx";
import { FilterBar } from "./filter-bar.tsx";
import type { FilterField, FilterValues } from "./filter-tokens.ts";
import { Pager } from "./pager.tsx";
import type { Selection } from "./selection.ts";
import { Empty, ErrorState, Loading, NoMatch } from "./states.tsx";

/** A page's part of the URL: its filter, and where its page begins. */
export type ListSearch = FilterValues & { readonly cursor?: string | undefined };

interface ListViewProps<Row> {
  /** As in "No refunds match": small, in the plural. */
  readonly what: string;
  readonly list: UseQueryResult<{ readonly items: readonly Row[]; readonly nextCursor: string | null }>;
  readonly columns: readonly Column<Row>[];
  readonly keyOf: (row: Row) => string;
  readonly onOpen?: ((row: Row) => void) | undefined;
  readonly selection?: Selection | undefined;
  readonly fields: readonly FilterField[];
  readonly search: ListSearch;
  readonly onSearch: (search: ListSearch) => void;
  /** What would be here where there is nothing at all. */
  readonly empty: ReactNode;
  /** Over it; left out, "No refunds". */
  readonly emptyTitle?: string;
  /** The one next step from there. */
  readonly emptyAction?: ReactNode;
  /** To the right of the filter. */
  readonly beside?: ReactNode;
}

/** A list of the api with its filter, its pages and its four states: loading, failed, nothing yet, nothing that matches. */
export function ListView<Row>(props: ListViewProps<Row>) {
  const { what, list, fields, search, onSearch, empty } = props;
  const { data, error, refetch } = list;
  const { cursor, ...filter } = search;
  const isFiltered = Object.values(filter).some((value) => value !== undefined && value !== "");
  const label = what.charAt(0).toUpperCase() + what.slice(1);
  return (
    <>
      {fields.length > 0 && (
        <FilterBar
          fields={fields}
          values={filter}
          onChange={(change) => onSearch({ ...search, ...change, cursor: undefined })}
        >
          {props.beside}
        </FilterBar>
      )}
      {data === undefined && error === null && <Loading what={what} />}
      {data === undefined && error !== null && (
        <ErrorState what={`The ${what}`} error={error} onRetry={() => void refetch()} />
      )}
      {data?.items.length === 0 &&
        (isFiltered ? (
          <NoMatch what={what} onClear={() => onSearch({})} />
        ) : (
          <Empty title={props.emptyTitle ?? `No ${what}`} action={props.emptyAction}>
            {empty}
          </Empty>
        ))}
      {data !== undefined && data.items.length > 0 && (
        <DataTable
          label={label}
          rows={data.items}
          columns={props.columns}
          keyOf={props.keyOf}
          onOpen={props.onOpen}
          selection={props.selection}
        />
      )}
      <Pager cursor={cursor} nextCursor={data?.nextCursor} onCursor={(next) => onSearch({ ...search, cursor: next })} />
    </>
  );
}
