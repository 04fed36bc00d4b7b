import { CopyButton } from "../../parts/copy-button.tsx";
import { Empty } from "../../parts/states.tsx";

interface FailedRecord {
  readonly recordId: string;
  readonly error: string;
}

export const readProblems = (problems: unknown): FailedRecord[] =>
  Array.isArray(problems)
    ? (problems as Readonly<Record<string, unknown>>[]).map(({ recordId, error }) => ({
        recordId: toText(recordId),
        error: toText(error),
      }))
    : [];

const toText = (value: unknown): string => (typeof value === "string" ? value : (JSON.stringify(value) ?? ""));

/** The records that could not be done while the others went on. */
export function FailedRecordsTab({
  problems,
  count,
}: {
  readonly problems: readonly FailedRecord[];
  readonly count: number;
}) {
  if (problems.length === 0)
    return (
      <Empty title="No failed records">
        A record that cannot be done appears here with its error, and the others go on.
      </Empty>
    );
  return (
    <>
      <div className="row">
        {count > problems.length && (
          <span className="meta">
            The first {problems.length} of {count.toLocaleString("en")}.
          </span>
        )}
        <CopyButton text={problems.map(({ recordId }) => recordId).join("\n")} label="Copy their ids" />
      </div>
      <div className="table-frame">
        <table className="settings-table">
          <thead>
            <tr>
              <th scope="col">Record</th>
              <th scope="col">Error</th>
            </tr>
          </thead>
          <tbody>
            {problems.map(({ recordId, error }, index) => (
              <tr key={`${recordId}${index}`}>
                <th scope="row" className="mono">
                  {recordId}
                </th>
                <td>{error}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}
