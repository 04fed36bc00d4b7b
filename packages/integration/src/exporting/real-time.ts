import { messageOf } from "@drumline/core/errors";
import { Cancel } from "@drumline/core/task";

import type { IncomingRoute } from "../configurations/load-configurations.sql.ts";
import { loadRoute } from "../configurations/load-configurations.sql.ts";
import { type ExportContext, exportTasks } from "./export-tasks.ts";

/** Sends for the real-time routes of an incoming configuration, beside its reading. */
export interface RealTime {
  /** Right after a commit: whether it made tasks. Returns at once. */
  wake(hasNews: boolean): void;
  /** Once everything woken for is sent, or could not be; what it sent. May be asked twice. */
  end(): Promise<{ readonly sent?: number; readonly notSent?: number }>;
}

/** What a real-time route does not send now, such as a RETRY, is for its schedule or the next commit. */
export function startRealTime(context: ExportContext, routes: readonly IncomingRoute[]): RealTime {
  const realTime = routes.filter(({ isRealTime }) => isRealTime);
  const totals = { sent: 0, notSent: 0 };
  const senders = realTime.map((route) => startSender(context, route, totals));
  return {
    wake(hasNews) {
      if (hasNews) for (const sender of senders) sender.wake();
    },
    async end() {
      await Promise.all(senders.map((sender) => sender.end()));
      return realTime.length === 0 ? {} : { ...totals };
    },
  };
}

/** One at a time per route: whoever is woken while it sends looks once more. */
function startSender(context: ExportContext, { identifier }: IncomingRoute, totals: { sent: number; notSent: number }) {
  let isAsked = false;
  let sending: Promise<void> | null = null;

  async function sendAll(): Promise<void> {
    while (isAsked) {
      isAsked = false;
      try {
        const route = await loadRoute(context.db, identifier);
        if (route.isDisabled || route.outgoing.isDisabled) return;
        const counts = await exportTasks(context, route, { limit: null, isOutOfTime: () => false });
        totals.sent += counts.finished;
        totals.notSent += counts.retried + counts.failed + counts.released;
      } catch (error) {
        if (context.signal.aborted) return;
        // The records are in: their route's schedule, or the next commit, tries again.
        const why = error instanceof Cancel ? error.message : messageOf(error);
        context.reportProblem({ recordId: `route ${identifier}`, error: why });
      }
    }
  }

  return {
    wake() {
      isAsked = true;
      sending ??= sendAll().finally(() => (sending = null));
    },
    async end() {
      while (sending !== null) await sending;
    },
  };
}
