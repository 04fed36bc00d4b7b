import { SECOND_MS, systemClock } from "@drumline/core/clock";
import { messageOf } from "@drumline/core/errors";

import { openCarrierDesk } from "./carriers/index.ts";
import { createAwsWorld } from "./aws/index.ts";
import { loadClockState, saveClockState, startVirtualClock } from "./clock/index.ts";
import type { SandboxConfig } from "./config.ts";
import { createEcomnowWorld } from "./ecomnow/index.ts";
import { createFaultSwitches } from "./faults/index.ts";
import { openHookBook } from "./hooks/index.ts";
import { openCancellationBook } from "./omnitron/index.ts";
import { listRoutes } from "./routes.ts";
import { createSandboxServer } from "./server.ts";
import { loadWorld, openOrderBook, planShortages } from "./world/index.ts";

export interface Sandbox {
  readonly url: string;
  /** Cuts open connections, and saves the clock. */
  close(): Promise<void>;
}

/** Loads the world, sets its clock going and listens. `report` gets a line for each failure of the sandbox's own. */
export async function startSandbox(config: SandboxConfig, report: (line: string) => void): Promise<Sandbox> {
  const { seed, stateFile } = config;
  const world = await loadWorld(config);
  const saved = stateFile === null ? null : loadClockState(stateFile, world.name);
  const clock = startVirtualClock({
    startsAtMs: saved ?? world.startsAtMs,
    speed: config.speed ?? world.defaultSpeed,
  });
  const saveClock = () => stateFile !== null && saveClockState(stateFile, world.name, clock.nowMs());
  saveClock();

  const faults = createFaultSwitches(seed);
  const nowMs = () => systemClock.now().getTime();
  const carriers = openCarrierDesk(world.orders);
  const routes = listRoutes({
    world,
    shelves: planShortages(world, { seed, share: config.short }),
    clock,
    orders: openOrderBook(world.orders),
    carriers,
    cancellations: openCancellationBook(world.orders, carriers.allTakenOverMs),
    hooks: openHookBook(),
    aws: createAwsWorld({ seed, users: config.users, nowMs }),
    ecomnow: createEcomnowWorld({ seed, token: config.token, nowMs }),
    faults,
  });
  const server = createSandboxServer({ routes, faults, token: config.token, report });
  const url = await server.listen({ port: config.port, host: config.host });
  const saving = setInterval(() => {
    try {
      saveClock();
    } catch (error) {
      report(`the virtual clock was not saved: ${messageOf(error)}`);
    }
  }, SECOND_MS);
  return {
    url,
    close: async () => {
      clearInterval(saving);
      saveClock();
      await server.close();
    },
  };
}
