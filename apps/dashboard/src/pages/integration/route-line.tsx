import IconArrowsExchange from "@tabler/icons-react/icons/IconArrowsExchange";
import IconInbox from "@tabler/icons-react/icons/IconInbox";
import IconListCheck from "@tabler/icons-react/icons/IconListCheck";
import IconSend from "@tabler/icons-react/icons/IconSend";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";

import type { Schemas } from "../../client/api.ts";
import { StatusBadge } from "../../parts/status-badge.tsx";
import { toWord } from "../../parts/status.ts";
import { TimeText } from "../../parts/time-text.tsx";
import { TASK_STATUSES } from "./integration-search.ts";
import { toCount } from "./task-words.tsx";

type Route = Schemas["IntegrationRoute"];
type Incoming = Schemas["IntegrationIncoming"];
type Outgoing = Schemas["IntegrationOutgoing"];

interface RouteLineProps {
  readonly route: Route;
  readonly incoming: Incoming | undefined;
  readonly outgoing: Outgoing | undefined;
  readonly counts: readonly Schemas["IntegrationTaskCount"][];
}

/** incoming → map → tasks → outgoing, each with what it is and what waits there. */
export function RouteLine({ route, incoming, outgoing, counts }: RouteLineProps) {
  const { identifier, name, transformers } = route;
  return (
    <li className="route" aria-label={name}>
      <div className="route-head">
        <span className="name">{name}</span>
        <RouteState route={route} />
        <span className="meta">{route.isRealTime ? "real time" : "by schedule"}</span>
      </div>
      <ol className="stations">
        <Station
          icon={<IconInbox size={16} aria-hidden />}
          title={incoming?.name ?? route.incoming}
          isOff={incoming?.isDisabled}
        >
          {incoming === undefined ? "" : incoming.source === null ? UNREADABLE : SOURCES[incoming.source.kind]}
          {incoming?.cursor?.lastRecordAt != null && (
            <>
              , last record <TimeText at={incoming.cursor.lastRecordAt} />
            </>
          )}
        </Station>
        <Station
          icon={<IconArrowsExchange size={16} aria-hidden />}
          title={transformers.length === 0 ? "As it came" : "Mapped"}
        >
          {transformers.map((transformer) => (
            <Link key={transformer} to="/integration/transformers" search={{ transformer }} className="mono">
              {transformer}
            </Link>
          ))}
        </Station>
        <Station icon={<IconListCheck size={16} aria-hidden />} title="Tasks">
          <TaskCounts route={identifier} counts={counts} />
        </Station>
        <Station
          icon={<IconSend size={16} aria-hidden />}
          title={outgoing?.name ?? route.outgoing}
          isOff={outgoing?.isDisabled}
        >
          {outgoing === undefined ? "" : targetOf(outgoing)}
        </Station>
      </ol>
    </li>
  );
}

function RouteState({ route: { isDisabled, pausedUntil, pausedReason } }: { readonly route: Route }) {
  if (isDisabled) return <StatusBadge tone="skipped" word="Off" />;
  if (pausedUntil === null) return <StatusBadge tone="finished" word="On" />;
  return (
    <span title={pausedReason ?? undefined}>
      <StatusBadge tone="late" word="Paused" />{" "}
      <span className="meta">
        until <TimeText at={pausedUntil} />: {pausedReason}
      </span>
    </span>
  );
}

function TaskCounts({ route, counts }: { readonly route: string; readonly counts: RouteLineProps["counts"] }) {
  const known = TASK_STATUSES.flatMap((status) => counts.find((count) => count.status === status) ?? []);
  if (known.length === 0) return <>none yet</>;
  return (
    <>
      {known.map(({ status, count }) => (
        <Link
          key={status}
          to="/integration/tasks"
          search={{ route, status }}
          className="task-count"
          data-status={status}
        >
          {toCount(count)} {toWord(status).toLowerCase()}
        </Link>
      ))}
    </>
  );
}

interface StationProps {
  readonly icon: ReactNode;
  readonly title: string;
  readonly isOff?: boolean | undefined;
  readonly children: ReactNode;
}

const Station = ({ icon, title, isOff = false, children }: StationProps) => (
  <li className="station" data-off={isOff || undefined}>
    <span className="station-title">
      {icon} {title} {isOff && <span className="meta">(off)</span>}
    </span>
    <span className="station-about meta">{children}</span>
  </li>
);

const SOURCES = { http: "Asked for by HTTP", file: "Read from files", webhook: "Sent by webhook" } as const;

const UNREADABLE = "Cannot be read: say it anew";

function targetOf({ target }: Outgoing): string {
  if (target === null) return UNREADABLE;
  return target.kind === "http" ? `${target.method} ${hostOf(target.url)}` : `Files in ${target.folder}`;
}

function hostOf(url: string): string {
  try {
    return new URL(url).host;
  } catch {
    return url;
  }
}
