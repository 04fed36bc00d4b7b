import { useNowMs } from "../look/clock.ts";
import { usePreferences } from "../look/preferences.ts";
import { ownZone, toAbsolute, toDuration, toRelative } from "./format-time.ts";

/** The zone that times are shown in now; `ofSchedule` where a schedule's own is known. */
export function useZone(ofSchedule?: string | null): string {
  const { zone } = usePreferences();
  if (zone === "utc") return "UTC";
  return zone === "schedule" && ofSchedule ? ofSchedule : ownZone();
}

interface TimeTextProps {
  /** ISO 8601; null is shown as a dash. */
  readonly at: string | null | undefined;
  readonly zone?: string | null | undefined;
  /** In details the instant itself is shown, and how far away it is on hover. */
  readonly absolute?: boolean;
}

/** An instant: relative, with the absolute one and its zone on hover; or the other way round. */
export function TimeText({ at, zone, absolute = false }: TimeTextProps) {
  const shownIn = useZone(zone);
  if (at === null || at === undefined) return <span className="meta">–</span>;
  return absolute ? (
    <time dateTime={at} className="nowrap" title={toRelative(Date.parse(at), Date.now())}>
      {toAbsolute(Date.parse(at), shownIn)}
    </time>
  ) : (
    <Relative at={at} title={toAbsolute(Date.parse(at), shownIn)} />
  );
}

function Relative({ at, title }: { at: string; title: string }) {
  const nowMs = useNowMs();
  return (
    <time dateTime={at} className="nowrap" title={title}>
      {toRelative(Date.parse(at), nowMs)}
    </time>
  );
}

/** A span of time: `0.2 s`, `41 s`, `3 m 05 s`; a dash where it is not known. */
export function Duration({ ms }: { readonly ms: number | null | undefined }) {
  return <span className="nowrap">{ms === null || ms === undefined ? "–" : toDuration(ms)}</span>;
}

/** What runs since `since`, counted on by the page's clock. */
export function Elapsed({ since }: { readonly since: string }) {
  const nowMs = useNowMs();
  return <Duration ms={Math.max(0, nowMs - Date.parse(since))} />;
}
