import { Popover } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";

import { loadSummary, type Summary } from "../client/summary.ts";
import { StatusBadge } from "../parts/status-badge.tsx";

/** All well, or how many things are wrong; a click says which. */
export function HealthPill() {
  const { data, isError } = useQuery(loadSummary);
  if (data === undefined && !isError) return null;
  const { tone, word } = toPill(data);
  return (
    <Popover width={380} position="bottom-start">
      <Popover.Target>
        <button type="button" className="health-pill" data-tone={tone} aria-label={`Health: ${word}`}>
          <StatusBadge tone={tone} word={word} />
        </button>
      </Popover.Target>
      <Popover.Dropdown>
        <div className="stack">
          {data === undefined && <p>The api does not say how it is.</p>}
          {data?.reasons.map(({ code, message }) => (
            <p key={message} data-code={code}>
              <span className="name">Red.</span> {message}
            </p>
          ))}
          {data?.warnings.map(({ code, message }) => (
            <p key={message} data-code={code}>
              {message}
            </p>
          ))}
          {data !== undefined && data.reasons.length + data.warnings.length === 0 && (
            <p>Schedules fire and work gets done.</p>
          )}
        </div>
      </Popover.Dropdown>
    </Popover>
  );
}

function toPill(data: Summary | undefined) {
  if (data === undefined) return { tone: "failed", word: "No answer" } as const;
  if (data.reasons.length > 0)
    return {
      tone: "failed",
      word: data.reasons.length === 1 ? "1 trouble" : `${data.reasons.length} troubles`,
    } as const;
  if (data.warnings.length > 0)
    return {
      tone: "late",
      word: data.warnings.length === 1 ? "1 warning" : `${data.warnings.length} warnings`,
    } as const;
  return { tone: "finished", word: "All well" } as const;
}
