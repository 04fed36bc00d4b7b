import type { JsonObject } from "@drumline/core/task";

import { type CommandOf, type Entity, ruleOf, type StateOf } from "./transition-rules.ts";

interface ChangeOf<Of extends Entity> {
  readonly entity: Of;
  readonly id: bigint;
  readonly command: CommandOf<Of>;
  /** May be left out where the command leads to one state only, or back to the one before. */
  readonly to?: StateOf<Of>;
  /** Narrows what the command allows. */
  readonly from?: readonly string[];
  /** What the caller believes the version of a package or transfer to be; another one is refused. */
  readonly version?: number;
  /** Who wants it: a task's name, an API user. */
  readonly actor: string;
  /** Kept in the log and told in the event; `reason` becomes a cancelled package's reason. */
  readonly attributes?: JsonObject;
}

/** One change that somebody wants: an entity by its id, and the command that moves it. */
export type StateChange = { [Of in Entity]: ChangeOf<Of> }[Entity];

/** A change that was allowed, with what it led from and to. */
export interface AppliedTransition {
  readonly change: StateChange;
  readonly from: string;
  readonly to: string;
  /** Of a held package: the state that it was held in. */
  readonly heldFrom?: string;
}

/** A change that was not allowed, with why. */
export interface RefusedTransition {
  readonly change: StateChange;
  readonly reason: "UNKNOWN_ID" | "WRONG_STATE" | "WRONG_VERSION";
  /** The state it is in; null for an id nobody has. */
  readonly found: string | null;
  readonly foundVersion: number | null;
  /** The states from which the command may run. */
  readonly allowed: readonly string[];
}

/** Every change asked for, in one list or the other, in their order. */
export interface TransitionOutcome {
  readonly applied: readonly AppliedTransition[];
  readonly refused: readonly RefusedTransition[];
}

/** What an entity is before the changes; `version` of a package or transfer, `stateBefore` of a package. */
export interface EntityState {
  readonly id: bigint;
  readonly state: string;
  readonly stateBefore?: string | null;
  readonly version?: number;
}

/**
 * Decides which changes are allowed, in the order given: a later change of the same entity starts from where the
 * earlier one led. Pure. Throws on a change that is ambiguous, which is a mistake of the code that asks for it.
 */
export function checkChanges(changes: readonly StateChange[], entities: EntitiesById): TransitionOutcome {
  const current = new Map<string, EntityState>();
  const applied: AppliedTransition[] = [];
  const refused: RefusedTransition[] = [];
  for (const change of changes) {
    const key = `${change.entity} ${change.id}`;
    const entity = current.get(key) ?? entities.get(change.entity)?.get(change.id) ?? null;
    const refusal = findRefusal(change, entity);
    if (refusal !== null || entity === null) {
      if (refusal !== null) refused.push(refusal);
      continue;
    }
    const to = targetOf(change, entity);
    const { stateBefore } = entity;
    const isHeld = entity.state === "CANCELLATION_WAITING" && stateBefore !== null && stateBefore !== undefined;
    applied.push({ change, from: entity.state, to, ...(isHeld ? { heldFrom: stateBefore } : {}) });
    current.set(key, {
      ...entity,
      state: to,
      stateBefore: to === entity.state ? (entity.stateBefore ?? null) : entity.state,
      ...(entity.version === undefined ? {} : { version: entity.version + 1 }),
    });
  }
  return { applied, refused };
}

/** Entities as they are before the changes, by kind and id. */
export type EntitiesById = ReadonlyMap<Entity, ReadonlyMap<bigint, EntityState>>;

function findRefusal(change: StateChange, entity: EntityState | null): RefusedTransition | null {
  const rule = ruleOf(change.entity, change.command);
  const { from = rule.from } = change;
  const allowed = rule.from.filter((state) => from.includes(state));
  const facts = { change, allowed, found: entity?.state ?? null, foundVersion: entity?.version ?? null };
  if (entity === null) return { ...facts, reason: "UNKNOWN_ID" };
  if (!allowed.includes(entity.state)) return { ...facts, reason: "WRONG_STATE" };
  if (change.version !== undefined && change.version !== entity.version) return { ...facts, reason: "WRONG_VERSION" };
  if (rule.stays) return null;
  const to = targetOf(change, entity);
  return to === entity.state || !rule.to.includes(to) ? { ...facts, reason: "WRONG_STATE" } : null;
}

function targetOf(change: StateChange, { state, stateBefore }: EntityState): string {
  const rule = ruleOf(change.entity, change.command);
  if (rule.stays) return state;
  if (rule.returns) return stateBefore ?? "(none)";
  if (change.to !== undefined) return change.to;
  if (rule.to.length !== 1)
    throw new TypeError(
      `${change.command} of ${change.entity} ${change.id} may lead to ${rule.to.join(", ")}: say which`,
    );
  return rule.to[0]!;
}
