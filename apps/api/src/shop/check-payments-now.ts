import { messageOf } from "@drumline/core/errors";
import { startRuns } from "@drumline/engine";

import type { ApiParts } from "../api.ts";

const TASK = "shop.payments.tasks.check_payment_status";

/**
 * Starts a run that asks for what is due; one that waits already is enough. Payments are due on record, so that where no run
 * can be started the schedule's next one asks.
 * @returns the run's id; null where none could be started
 */
export async function checkPaymentsNow(
  { db, queues: backend, tasks, log }: ApiParts,
  requestedBy: string,
): Promise<string | null> {
  const definition = tasks.find(({ name }) => name === TASK)!;
  try {
    const [answer] = await startRuns({ db, backend, deduplicate: true }, [{ definition, args: {}, requestedBy }]);
    return answer!.runId;
  } catch (error) {
    log.error(
      { error: messageOf(error) },
      "no run could be started to ask for payments; the next one of the schedule does",
    );
    return null;
  }
}
