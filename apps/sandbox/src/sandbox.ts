import { dirname, join } from "node:path";

import { DAY_MS, SECOND_MS, systemClock } from "@drumline/core/clock";
import { messageOf } from "@drumline/core/errors";

import { createCarrierService } from "./carriers/index.ts";
import { createAwsState } from "./aws/index.ts";
import { loadClockState, saveClockState, startVirtualClock, type VirtualClock } from "./clock/index.ts";
import type { SandboxConfig } from "./config.ts";
import { createEcomnowState } from "./ecomnow/index.ts";
import { createJoinedSystems } from "./integration/index.ts";
import { createFaultSwitches } from "./faults/index.ts";
import { createReceivedWebhooks } from "./hooks/index.ts";
import { createCancellationState } from "./omnitron/index.ts";
import { createPaymentsState, loadPayments, savePayments } from "./payments/index.ts";
import { listRoutes } from "./routes.ts";
import { createSandboxServer } from "./server.ts";
import { loadDataset, createOrderState, createStockOverrides, planShortages } from "./dataset/index.ts";

export interface Sandbox {
  readonly url: string;
  /** Cuts open connections, and saves the clock and the payments. */
  close(): Promise<void>;
}

/** Loads the dataset, sets its clock going and listens. `report` gets a line for each failure of the sandbox's own. */
export async function startSandbox(config: SandboxConfig, report: (line: string) => void): Promise<Sandbox> {
  const { seed, stateFile } = config;
  const dataset = await loadDataset(config);
  const saved = stateFile === null ? null : loadClockState(stateFile, dataset.name);
  const clock = startVirtualClock({
    startsAtMs: saved ?? dataset.startsAtMs,
    speed: config.speed ?? dataset.defaultSpeed,
  });

  const faults = createFaultSwitches(seed);
  const nowMs = () => systemClock.now().getTime();
  const paymentClock = startVirtualClock({ startsAtMs: nowMs(), speed: SECOND_MS / DAY_MS });
  const payments = createPaymentsState({ seed, token: config.token, nowMs: paymentClock.nowMs });
  const paymentsFile = stateFile === null ? null : join(dirname(stateFile), "sandbox-payments.json");
  if (paymentsFile !== null) payments.restore(loadPayments(paymentsFile, report));
  const save = () => {
    if (stateFile !== null) saveClockState(stateFile, dataset.name, clock.nowMs());
    if (paymentsFile !== null) savePayments(paymentsFile, payments.kept());
  };
  save();
  const carriers = createCarrierService(dataset.orders);
  const routes = listRoutes({
    dataset,
    stockLevels: createStockOverrides(planShortages(dataset, { seed, share: config.short })),
    clock: movedTogether(clock, paymentClock),
    orders: createOrderState(dataset.orders),
    carriers,
    cancellations: createCancellationState(dataset.orders, carriers.allTakenOverMs),
    hooks: createReceivedWebhooks(),
    aws: createAwsState({ seed, users: config.users, mailsPerSecond: config.mailsPerSecond, nowMs }),
    ecomnow: createEcomnowState({ seed, token: config.token, nowMs }),
    joined: createJoinedSystems({ seed, nowMs }),
    payments,
    faults,
  });
  const server = createSandboxServer({ routes, faults, token: config.token, report });
  const url = await server.listen({ port: config.port, host: config.host });
  const saving = setInterval(() => {
    try {
      save();
    } catch (error) {
      report(`the virtual clock and the payments were not saved: ${messageOf(error)}`);
    }
  }, SECOND_MS);
  return {
    url,
    close: async () => {
      clearInterval(saving);
      payments.close();
      save();
      await server.close();
    },
  };
}

/**
 * Payment providers live in real time, as the handlers that ask them do, until somebody sets the virtual time: from then on
 * theirs is that one too.
 */
function movedTogether(clock: VirtualClock, paymentClock: VirtualClock): VirtualClock {
  return {
    ...clock,
    set: (change) => {
      clock.set(change);
      if (change.nowMs !== undefined) paymentClock.set(change);
    },
  };
}
