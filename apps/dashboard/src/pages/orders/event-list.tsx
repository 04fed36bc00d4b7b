import { Button } from "@mantine/core";
import { useState } from "react";

import { addressOf } from "../../client/address.ts";
import { JsonView } from "../../parts/json-view.tsx";
import { StatusBadge } from "../../parts/status-badge.tsx";
import { toWord } from "../../parts/status.ts";
import { TimeText } from "../../parts/time-text.tsx";
import { LANES, type OrderEvent } from "./lane-layout.ts";
import { toneOf } from "./order-states.ts";

interface EventListProps {
  readonly number: string;
  readonly events: readonly OrderEvent[];
  readonly hidden: readonly string[];
  readonly onHide: (hidden: readonly string[]) => void;
  readonly active: number | null;
}

/** All that happened, in words; lanes can be left out. */
export function EventList({ number, events, hidden, onHide, active }: EventListProps) {
  const lanes = (Object.keys(LANES) as OrderEvent["lane"][]).filter((lane) =>
    events.some((event) => event.lane === lane),
  );
  const toggle = (lane: string) =>
    onHide(hidden.includes(lane) ? hidden.filter((each) => each !== lane) : [...hidden, lane]);
  return (
    <section aria-label="Events">
      <div className="row lane-filter no-print" role="group" aria-label="Lanes to show">
        {lanes.map((lane) => (
          <Button
            key={lane}
            size="compact-xs"
            variant={hidden.includes(lane) ? "default" : "light"}
            aria-pressed={!hidden.includes(lane)}
            onClick={() => toggle(lane)}
          >
            {LANES[lane]} {events.filter((event) => event.lane === lane).length}
          </Button>
        ))}
      </div>
      <ol className="events">
        {events.map((event, index) =>
          hidden.includes(event.lane) ? null : (
            <EventRow key={index} event={event} index={index} number={number} isActive={active === index} />
          ),
        )}
      </ol>
    </section>
  );
}

interface EventRowProps {
  readonly event: OrderEvent;
  readonly index: number;
  readonly number: string;
  readonly isActive: boolean;
}

function EventRow({ event, index, number, isActive }: EventRowProps) {
  const [isOpen, setIsOpen] = useState(false);
  const hasDetail = Object.values(event.detail ?? {}).some((value) => value !== null);
  return (
    <li id={`event-${index}`} data-active={isActive || undefined}>
      <span className="event-time meta">
        <TimeText at={event.at} absolute />
      </span>
      <span className="event-lane meta">{LANES[event.lane]}</span>
      <span className="event-what">
        <span className="name">{event.subject}</span> {toWhat(event.what)}
        {event.before !== null && <span className="meta"> {toWord(event.before)} →</span>}
        {event.after !== null && <StatusBadge tone={toneOf(event.after)} word={toWord(event.after)} />}
        {event.actor !== null && event.actor !== "drumline" && <span className="meta"> by {event.actor}</span>}
        {event.attempt !== null && (
          <a href={addressOf(`orders/${encodeURIComponent(number)}/attempts/${event.attempt}`)}>why</a>
        )}
        {event.runId !== null && <a href={addressOf(`runs/${event.runId}`)}>run</a>}
        {hasDetail && (
          <button type="button" className="link no-print" aria-expanded={isOpen} onClick={() => setIsOpen(!isOpen)}>
            {isOpen ? "less" : "more"}
          </button>
        )}
        {isOpen && <JsonView value={event.detail} label={`Details of ${event.subject}`} />}
      </span>
    </li>
  );
}

/** A command's name as words; what is written in words stays. */
const toWhat = (what: string): string => (/^[A-Z_]+$/.test(what) ? toWord(what).toLowerCase() : what);
