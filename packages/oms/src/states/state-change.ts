import type { JsonObject } from "@drumline/core/task";

import { cancellationRules, orderRules, planRules } from "./order-rules.ts";
import { packageRules } from "./package-rules.ts";
import type { Rule, Rules } from "./rule.ts";
import { shipmentRules } from "./shipment-rules.ts";
import { transferRules } from "./transfer-rules.ts";

/** The one table of allowed transitions. */
export const transitionRules = {
  order: orderRules,
  order_execution_plan: planRules,
  package: packageRules,
  transfer_order: transferRules,
  shipment: shipmentRules,
  cancellation_plan: cancellationRules,
} as const satisfies Readonly<Record<string, Rules<string>>>;

export type Entity = keyof typeof transitionRules;
export type CommandOf<Of extends Entity> = keyof (typeof transitionRules)[Of] & string;
export type StateOf<Of extends Entity> = StatesOf<(typeof transitionRules)[Of]>;
type StatesOf<Of> = Of extends Readonly<Record<string, { readonly to: readonly (infer State)[] }>> ? State : never;

interface ChangeOf<Of extends Entity> {
  readonly entity: Of;
  readonly id: bigint;
  readonly command: CommandOf<Of>;
  /** May be left out where the command leads to one state only, or back to the one before. */
  readonly to?: StateOf<Of>;
  /** Narrows what the command allows. */
  readonly from?: readonly string[];
  /** What the caller believes a package's version to be; another one is refused. */
  readonly version?: number;
  /** Who wants it: a task's name, an API user. */
  readonly actor: string;
  /** Kept in the log and told in the event; `reason` becomes a cancelled package's reason. */
  readonly attributes?: JsonObject;
}

export type StateChange = { [Of in Entity]: ChangeOf<Of> }[Entity];

export interface AppliedTransition {
  readonly change: StateChange;
  readonly from: string;
  readonly to: string;
}

export interface RefusedTransition {
  readonly change: StateChange;
  readonly reason: "UNKNOWN_ID" | "WRONG_STATE" | "WRONG_VERSION";
  /** The state it is in; null for an id nobody has. */
  readonly found: string | null;
  readonly foundVersion: number | null;
  /** The states from which the command may run. */
  readonly allowed: readonly string[];
}

export interface TransitionOutcome {
  readonly applied: readonly AppliedTransition[];
  readonly refused: readonly RefusedTransition[];
}

export const ruleOf = ({ entity, command }: Pick<StateChange, "entity" | "command">): Rule =>
  (transitionRules[entity] as Rules<string>)[command]!;
