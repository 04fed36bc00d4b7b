import { randomUUID } from "node:crypto";
import type { LookupFunction } from "node:net";
import { setTimeout as wait } from "node:timers/promises";

import { SECOND_MS } from "@drumline/core/clock";
import { messageOf } from "@drumline/core/errors";
import type { Log } from "@drumline/core/log";
import { toPingOrigin } from "@drumline/core/scheduling";

import { createAddressGuard } from "../http/address-guard.ts";
import { createTransport } from "../http/transport.ts";

interface Ping {
  readonly url: string;
  readonly signal: "start" | "success" | "fail";
  readonly text: string;
}

export interface PingSender {
  /** Never waits and never throws: what cannot be sent is dropped, and the log says so without the URL. */
  send(ping: Ping): void;
  /** Sends what waits, for two seconds at most. */
  close(): Promise<void>;
}

export interface PingSenderOptions {
  readonly log: Log;
  /** Of the private networks, what is meant: `host:port`. */
  readonly privateHosts: readonly string[];
  readonly timeoutMs?: number;
  readonly flushMs?: number;
  /** Resolves names; a test's own. */
  readonly lookup?: LookupFunction;
}

// Not p-limit: the pings of one URL go out in their order, and a URL that is slow keeps one place, not all.
const AT_ONCE = 4;
const MOST_WAITING = 200;
/** A receiver that hangs must not take the places of the others. */
const MOST_WAITING_PER_URL = 20;
const MOST_BYTES = 10_000;
const CURE = "If it is meant, name it in PING_PRIVATE_HOSTS as host:port.";

/**
 * Sends pings by POST: `<url>/start`, `<url>`, `<url>/fail`. Those of one URL go one after the other, for a start that
 * overtakes its success would look like a run that never ends. Each is sent once: the next run says more than a repetition.
 */
export function createPingSender(options: PingSenderOptions): PingSender {
  const { log, privateHosts, timeoutMs = 5 * SECOND_MS, flushMs = 2 * SECOND_MS, lookup } = options;
  const guard = createAddressGuard({ allowed: privateHosts, cure: CURE, ...(lookup === undefined ? {} : { lookup }) });
  const transport = createTransport({ guard });
  const closing = new AbortController();
  const lines = new Map<string, Ping[]>();
  const underWay = new Map<string, Promise<void>>();
  /** Receivers whose last ping failed: one line until one succeeds again. */
  const failing = new Set<string>();
  let waiting = 0;
  let dropped = 0;
  let isClosed = false;

  const drop = (ping: Ping) => {
    dropped += 1;
    if (dropped === 1) log.warn({ to: toPingOrigin(ping.url), waiting }, "pings dropped: too many wait to be sent");
  };

  const post = async ({ url, signal, text }: Ping) => {
    const origin = toPingOrigin(url);
    try {
      const request = {
        system: "the ping URL",
        method: "POST",
        url: toSignalUrl(url, signal),
        shownUrl: origin,
        // A ping repeated over a new connection does nothing twice.
        headers: { "content-type": "text/plain; charset=utf-8", "idempotency-key": randomUUID() },
        body: text,
        timeoutMs,
        signal: closing.signal,
      };
      const { status } = await transport.ask(request, {
        maxBytes: MOST_BYTES,
        whenBigger: "cut",
        invalidText: "mark",
      });
      if (status < 200 || status > 299) throw new Error(`answered ${status}`);
      failing.delete(url);
    } catch (error) {
      if (closing.signal.aborted || failing.has(url)) return;
      failing.add(url);
      log.warn({ to: origin, signal, error: messageOf(error) }, "a ping was not taken; silent until one is");
    }
  };

  const pump = () => {
    for (const [url, line] of lines) {
      if (underWay.size >= AT_ONCE) return;
      if (underWay.has(url)) continue;
      const ping = line.shift()!;
      waiting -= 1;
      // Whoever has had a turn stands at the end.
      lines.delete(url);
      if (line.length > 0) lines.set(url, line);
      underWay.set(
        url,
        post(ping).finally(() => {
          underWay.delete(url);
          pump();
        }),
      );
    }
    if (lines.size === 0) dropped = 0;
  };

  const drain = async () => {
    while (underWay.size > 0) await Promise.race(underWay.values());
  };

  return {
    send: (ping) => {
      if (isClosed) return;
      const line = lines.get(ping.url) ?? [];
      if (waiting >= MOST_WAITING) return drop(ping);
      // The newest says what is true now.
      if (line.length >= MOST_WAITING_PER_URL) {
        drop(line.shift()!);
        waiting -= 1;
      }
      line.push(ping);
      lines.set(ping.url, line);
      waiting += 1;
      pump();
    },
    close: async () => {
      isClosed = true;
      await Promise.race([drain(), wait(flushMs, undefined, { ref: false })]);
      if (waiting + underWay.size > 0) log.warn({ unsent: waiting + underWay.size }, "pings not sent at the end");
      lines.clear();
      closing.abort();
      transport.close();
      await drain();
    },
  };
}

/** Success is the URL itself; a query stays where it is. */
function toSignalUrl(url: string, signal: Ping["signal"]): URL {
  const target = new URL(url);
  if (signal !== "success") target.pathname = `${target.pathname.replace(/\/+$/, "")}/${signal}`;
  return target;
}
