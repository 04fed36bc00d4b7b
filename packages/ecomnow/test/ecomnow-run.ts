import { createMappingRunner } from "@drumline/connectors/mapping";
import { readSettings } from "@drumline/core/config";
import type { Database } from "@drumline/db";
import { startTaskRun, type TaskRun, type TaskRunOptions } from "@drumline/testing/task-run";

import { createEcomnowGateways, type EcomnowGateways } from "../src/gateways/create-gateways.ts";
import { type EcomnowSettings, ecomnowSettings } from "../src/settings.ts";

export const NOON = new Date("2026-11-20T12:00:00Z");
export const TEST_KEY = Buffer.alloc(32, 7);

export interface EcomnowRunOptions<Args = object> extends TaskRunOptions<Args> {
  readonly settings?: Partial<EcomnowSettings>;
  readonly gateways?: Partial<EcomnowGateways>;
  /** Where secrets that tables name by env key are looked up. */
  readonly env?: Readonly<Record<string, string>>;
}

/** One for all runs of a test file; its processes end by themselves. */
const mappings = createMappingRunner({ children: 2, idleMs: 2_000 });

/** A run with eComNow's own gateways, as a worker composes them, but for those that are given. */
export function startEcomnowRun<Args = object>(
  db: Database,
  { settings = {}, gateways = {}, env = {}, ...options }: EcomnowRunOptions<Args> = {},
): TaskRun<Args, EcomnowGateways> {
  const used: EcomnowSettings = {
    ...readSettings(ecomnowSettings, {}),
    ecomnowSecretKey: TEST_KEY,
    ecomnowFeedTimeoutSeconds: 5,
    refundChannelUrl: "http://127.0.0.1:9",
    refundChannelToken: "key",
    ...settings,
  };
  return startTaskRun(db, { ...createEcomnowGateways(used, env, mappings), ...gateways }, options);
}
