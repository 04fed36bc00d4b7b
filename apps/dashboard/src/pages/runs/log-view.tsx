import { Button, Checkbox, Select, TextInput } from "@mantine/core";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useLocation } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";

import { CopyButton } from "../../parts/copy-button.tsx";
import { toAbsolute, toClock } from "../../parts/format-time.ts";
import { Empty, ErrorState, Loading } from "../../parts/states.tsx";
import { useZone } from "../../parts/time-text.tsx";
import { fieldsText, filterLines, logText, type NumberedLine, readLineAddress } from "./log-lines.ts";
import type { RunDetail } from "./run-queries.ts";
import { useRunLog } from "./use-run-log.ts";

/** What a run says, as it says it: filtered, copied, saved, and each line with its address. */
export function RunLog({ run }: { readonly run: Pick<RunDetail, "id" | "status"> }) {
  const log = useRunLog(run.id);
  const [level, setLevel] = useState("debug");
  const [text, setText] = useState("");
  const [isWrapped, setIsWrapped] = useState(false);
  if (log.isError) return <ErrorState what="The log" error={log.error} onRetry={() => void log.refetch()} />;
  if (log.data === undefined) return <Loading what="the log" />;
  const { lines, ended } = log.data;
  if (lines.length === 0)
    return (
      <Empty title="No lines">
        {ended ? "It ended without saying anything." : "Its lines appear here as it writes them."}
      </Empty>
    );
  const shown = filterLines(lines, level, text);
  return (
    <>
      <div className="filter-bar log-tools">
        <TextInput
          className="filter-input"
          type="search"
          aria-label="Filter lines"
          placeholder="Text in a line"
          value={text}
          onChange={({ currentTarget }) => setText(currentTarget.value)}
        />
        <Select
          className="choice"
          aria-label="Level"
          allowDeselect={false}
          data={[
            { value: "debug", label: "All lines" },
            { value: "warn", label: "Warnings and errors" },
            { value: "error", label: "Errors" },
          ]}
          value={level}
          onChange={(chosen) => setLevel(chosen ?? "debug")}
        />
        <Checkbox
          label="Wrap"
          checked={isWrapped}
          onChange={({ currentTarget }) => setIsWrapped(currentTarget.checked)}
          className="wrap-box"
        />
        <CopyButton text={logText(shown)} />
        <Button size="xs" variant="subtle" onClick={() => saveLog(run.id, shown)}>
          Download
        </Button>
      </div>
      {shown.length === 0 ? (
        <Empty title="No such lines">{`${lines.length} lines do not match.`}</Empty>
      ) : (
        <Lines lines={shown} isWrapped={isWrapped} ended={ended} />
      )}
    </>
  );
}

const LINE_PX = 24;
const AT_END_PX = 40;

/** Only those in view are drawn. It follows the end until somebody scrolls up. */
function Lines({ lines, isWrapped, ended }: { lines: readonly NumberedLine[]; isWrapped: boolean; ended: boolean }) {
  const zone = useZone();
  const { hash } = useLocation();
  const addressed = readLineAddress(hash);
  const frame = useRef<HTMLDivElement>(null);
  const [isFollowing, setIsFollowing] = useState(addressed === null);
  const [seen, setSeen] = useState(lines.length);
  const rows = useVirtualizer({
    count: lines.length,
    getScrollElement: () => frame.current,
    estimateSize: () => LINE_PX,
    overscan: 30,
  });
  useEffect(() => {
    if (!isFollowing) return;
    rows.scrollToIndex(lines.length - 1, { align: "end" });
    setSeen(lines.length);
  }, [isFollowing, lines.length, rows]);
  useEffect(() => {
    if (addressed === null) return;
    const index = lines.findIndex(({ no }) => no === addressed);
    if (index !== -1) rows.scrollToIndex(index, { align: "center" });
    // Only when the address changes, not with each new line.
  }, [addressed]);
  const onScroll = () => {
    const { scrollTop, clientHeight, scrollHeight } = frame.current!;
    const isAtEnd = scrollHeight - scrollTop - clientHeight < AT_END_PX;
    if (isAtEnd !== isFollowing) setIsFollowing(isAtEnd);
    if (isAtEnd) setSeen(lines.length);
  };
  const unseen = lines.length - seen;
  return (
    <div className="log-frame">
      <div
        ref={frame}
        className="log"
        data-wrap={isWrapped || undefined}
        role="log"
        aria-label="Log"
        aria-live="off"
        tabIndex={0}
        onScroll={onScroll}
      >
        <div className="log-body" style={{ height: rows.getTotalSize() }}>
          {rows.getVirtualItems().map(({ index, start, key }) => {
            const { no, at, level, message, fields } = lines[index]!;
            return (
              <div
                key={key}
                ref={isWrapped ? rows.measureElement : undefined}
                data-index={index}
                data-level={level}
                data-addressed={no === addressed || undefined}
                className="log-line"
                style={{ transform: `translateY(${start}px)` }}
              >
                <a href={`#L${no}`} className="log-no" aria-label={`Line ${no}`}>
                  {no}
                </a>
                <time dateTime={at} title={toAbsolute(Date.parse(at), zone)}>
                  {toClock(Date.parse(at), zone, true)}
                </time>
                <span className="log-level">{level}</span>
                <span className="log-message">
                  {message} <span className="log-fields">{fieldsText(fields)}</span>
                </span>
              </div>
            );
          })}
        </div>
      </div>
      {!isFollowing && unseen > 0 && (
        <button type="button" className="new-pill log-pill" onClick={() => setIsFollowing(true)}>
          ↓ {unseen} new
        </button>
      )}
      {!ended && <p className="meta">It goes on; new lines appear by themselves.</p>}
    </div>
  );
}

function saveLog(id: string, lines: readonly NumberedLine[]): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([logText(lines)], { type: "text/plain" }));
  link.download = `run-${id}.log`;
  link.click();
  URL.revokeObjectURL(link.href);
}
