import {
  type AppliedTransition,
  type Entity,
  type RefusedTransition,
  ruleOf,
  type StateChange,
  type TransitionOutcome,
} from "./state-change.ts";

/** What an entity is before the changes; `version` and `stateBefore` only of a package. */
export interface Standing {
  readonly id: bigint;
  readonly state: string;
  readonly stateBefore?: string | null;
  readonly version?: number;
}

/**
 * Decides which changes are allowed, in the order given: a later change of the same entity starts from where the
 * earlier one led. Pure. Throws on a change that is ambiguous, which is a mistake of the code that asks for it.
 */
export function judgeChanges(changes: readonly StateChange[], standings: Standings): TransitionOutcome {
  const current = new Map<string, Standing>();
  const applied: AppliedTransition[] = [];
  const refused: RefusedTransition[] = [];
  for (const change of changes) {
    const key = `${change.entity} ${change.id}`;
    const standing = current.get(key) ?? standings.get(change.entity)?.get(change.id) ?? null;
    const refusal = findRefusal(change, standing);
    if (refusal !== null || standing === null) {
      if (refusal !== null) refused.push(refusal);
      continue;
    }
    const to = targetOf(change, standing);
    applied.push({ change, from: standing.state, to });
    current.set(key, {
      ...standing,
      state: to,
      stateBefore: standing.state,
      ...(standing.version === undefined ? {} : { version: standing.version + 1 }),
    });
  }
  return { applied, refused };
}

export type Standings = ReadonlyMap<Entity, ReadonlyMap<bigint, Standing>>;

function findRefusal(change: StateChange, standing: Standing | null): RefusedTransition | null {
  const rule = ruleOf(change);
  const { from = rule.from } = change;
  const allowed = rule.from.filter((state) => from.includes(state));
  const facts = { change, allowed, found: standing?.state ?? null, foundVersion: standing?.version ?? null };
  if (standing === null) return { ...facts, reason: "UNKNOWN_ID" };
  if (!allowed.includes(standing.state)) return { ...facts, reason: "WRONG_STATE" };
  if (change.version !== undefined && change.version !== standing.version) return { ...facts, reason: "WRONG_VERSION" };
  const to = targetOf(change, standing);
  return to === standing.state || !rule.to.includes(to) ? { ...facts, reason: "WRONG_STATE" } : null;
}

function targetOf(change: StateChange, { stateBefore }: Standing): string {
  const rule = ruleOf(change);
  if (rule.returns) return stateBefore ?? "(none)";
  if (change.to !== undefined) return change.to;
  if (rule.to.length !== 1)
    throw new TypeError(
      `${change.command} of ${change.entity} ${change.id} may lead to ${rule.to.join(", ")}: say which`,
    );
  return rule.to[0]!;
}
