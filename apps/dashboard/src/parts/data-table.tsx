import { Checkbox, Table } from "@mantine/core";
import { type ReactNode, useEffect, useRef, useState } from "react";

import type { Selection } from "./selection.ts";
import { type Folds, GroupFold } from "./group-fold.tsx";
import { useRowKeys } from "./use-row-keys.ts";

export interface Column<Row> {
  readonly key: string;
  readonly header: ReactNode;
  readonly cell: (row: Row) => ReactNode;
  /** Such as `number`, `mono`. */
  readonly className?: string;
  /** On a phone a row is a card of two lines: `title` and `status` are the first, `line` (the default) the second. */
  readonly phone?: "title" | "status" | "line" | "hide";
}

interface DataTableProps<Row> {
  /** What is listed, for readers of the screen: "Runs". */
  readonly label: string;
  readonly rows: readonly Row[];
  readonly columns: readonly Column<Row>[];
  readonly keyOf: (row: Row) => string;
  /** Enter, or a click beside the links of the row. */
  readonly onOpen?: ((row: Row) => void) | undefined;
  /** From `useSelection`; without it rows cannot be selected. */
  readonly selection?: Selection | undefined;
  /** When it changes, the row is tinted once: `(run) => run.status`. */
  readonly changeOf?: ((row: Row) => string) | undefined;
  /** A heading above the rows that follow it, where it differs from the one before. */
  readonly groupOf?: ((row: Row) => string) | undefined;
  /** Headings that fold their rows away, and which of them have. */
  readonly folds?: Folds | undefined;
}

/**
 * A list as a table: rows of 32 px, j and k move, Enter opens, x selects; cards of two lines on a phone. Filter, order and
 * paging are the server's; `FilterBar` and `Pager` stand beside it.
 */
export function DataTable<Row>(props: DataTableProps<Row>) {
  const { label, rows, columns, keyOf, onOpen, selection, changeOf, groupOf, folds } = props;
  const isShown = (row: Row) => folds === undefined || !folds.has(groupOf?.(row) ?? "");
  const shown = rows.filter(isShown);
  const { active, setActive, body } = useRowKeys({ rows: shown, keyOf, onOpen, selection, label });
  const keys = shown.map(keyOf);
  return (
    <div className="table-frame">
      <Table className="data-table" aria-label={label}>
        <Table.Thead>
          <Table.Tr>
            {selection !== undefined && (
              <Table.Th className="select-cell">
                <Checkbox
                  size="xs"
                  aria-label="Select all rows of this page"
                  checked={keys.length > 0 && keys.every((key) => selection.has(key))}
                  indeterminate={keys.some((key) => selection.has(key)) && !keys.every((key) => selection.has(key))}
                  onChange={({ currentTarget }) => selection.set(currentTarget.checked ? keys : [])}
                />
              </Table.Th>
            )}
            {columns.map(({ key, header, className }) => (
              <Table.Th key={key} className={className} scope="col">
                {header}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody ref={body}>
          {rows.map((row, index) => {
            const key = keyOf(row);
            const group = groupOf?.(row);
            const isNewGroup = group !== undefined && (index === 0 || groupOf?.(rows[index - 1]!) !== group);
            return [
              isNewGroup && (
                <Table.Tr key={`group ${group}`} className="group-row">
                  <Table.Th colSpan={columns.length + (selection === undefined ? 0 : 1)} scope="rowgroup">
                    {folds === undefined ? (
                      group
                    ) : (
                      <GroupFold
                        name={group}
                        count={rows.filter((each) => groupOf?.(each) === group).length}
                        folds={folds}
                      />
                    )}
                  </Table.Th>
                </Table.Tr>
              ),
              isShown(row) && (
                <Row
                  key={key}
                  row={row}
                  rowKey={key}
                  columns={columns}
                  selection={selection}
                  isActive={active === key}
                  change={changeOf?.(row)}
                  onActivate={() => setActive(key)}
                  onOpen={onOpen}
                />
              ),
            ];
          })}
        </Table.Tbody>
      </Table>
    </div>
  );
}

interface RowProps<Row> {
  readonly row: Row;
  readonly rowKey: string;
  readonly columns: readonly Column<Row>[];
  readonly selection: Selection | undefined;
  readonly isActive: boolean;
  readonly change: string | undefined;
  readonly onActivate: () => void;
  readonly onOpen: ((row: Row) => void) | undefined;
}

function Row<Data>({ row, rowKey, columns, selection, isActive, change, onActivate, onOpen }: RowProps<Data>) {
  const isTinted = useTint(change);
  const isSelected = selection?.has(rowKey) === true;
  return (
    <Table.Tr
      data-key={rowKey}
      data-active={isActive || undefined}
      data-selected={isSelected || undefined}
      data-changed={isTinted || undefined}
      data-opens={onOpen !== undefined || undefined}
      tabIndex={-1}
      onFocus={onActivate}
      onClick={({ target }) => {
        // A link or a button in the row does what it says; text that was just selected opens nothing.
        const isControl =
          (target as HTMLElement).closest("a, button, input, label, [role=slider], [role=menu]") !== null;
        if (!isControl && String(getSelection()) === "") onOpen?.(row);
      }}
    >
      {selection !== undefined && (
        <Table.Td className="select-cell">
          <Checkbox
            size="xs"
            aria-label={`Select ${rowKey}`}
            checked={isSelected}
            onChange={() => selection.toggle(rowKey)}
          />
        </Table.Td>
      )}
      {columns.map(({ key, cell, className, phone = "line" }) => (
        <Table.Td key={key} className={className} data-phone={phone}>
          {cell(row)}
        </Table.Td>
      ))}
    </Table.Tr>
  );
}

const TINT_MS = 600;

/** True for a moment after `change` became another. */
function useTint(change: string | undefined): boolean {
  const before = useRef(change);
  const [isTinted, setIsTinted] = useState(false);
  useEffect(() => {
    if (before.current === change) return;
    before.current = change;
    setIsTinted(true);
    const timer = window.setTimeout(() => setIsTinted(false), TINT_MS);
    return () => window.clearTimeout(timer);
  }, [change]);
  return isTinted;
}
