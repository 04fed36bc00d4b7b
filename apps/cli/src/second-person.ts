import { systemClock } from "@drumline/core/clock";
import { type Env, readSettings } from "@drumline/core/config";
import type { Database } from "@drumline/db";
import {
  type ConfirmationOutcome,
  confirmDecisions,
  isConfirmed,
  loadDeciders,
  secondPersonSettings,
} from "@drumline/ecomnow/commands";
import { type FindingRow, isDestructive } from "@drumline/ecomnow/queries";
import { loadOthersWhoMay, tellApart } from "@drumline/engine";

import { Refused } from "./exit.ts";
import { recordChanges } from "./record-change.ts";

const ROLE = "operator";
const MOST_NAMED = 10;

export const asksForSecondPerson = (env: Env): boolean => readSettings(secondPersonSettings, env).userAuditSecondPerson;

/** @throws {Refused} where nobody could ever be the second person, since the first one is not known */
export async function requireKnownDecider(db: Database, by: string): Promise<void> {
  if ((await tellApart(db, [], { from: by, role: ROLE })) !== null) return;
  throw new Refused(`"${by}" is no user who may decide this; say with --by which ${ROLE} or admin you are`);
}

/**
 * Confirms what others have decided in the name of a user, all of it or nothing. Whoever sits here has the databases in hand and
 * says who they are: their word for it stands in the audit.
 * @throws {Refused} where one is their own, with who else may
 */
export async function confirmAsSecondPerson(db: Database, waiting: readonly FindingRow[], by: string): Promise<void> {
  const asking = waiting.filter(({ action, confirmedBy }) => isDestructive(action) && confirmedBy === null);
  if (asking.length === 0) return;
  const ids = asking.map(({ id }) => id);
  const deciders = await tellApart(db, await loadDeciders(db, ids), { from: by, role: ROLE });
  if (deciders === null)
    throw new Refused(`"${by}" is no user who may confirm decisions; say with --by which ${ROLE} or admin you are`);
  const versions = Object.fromEntries(asking.map(({ id, version }) => [String(id), version]));
  const outcomes = await confirmDecisions(db, {
    ids,
    by,
    at: systemClock.now(),
    versions,
    deciders,
    allOrNone: true,
    record: (tx, confirmed) =>
      recordChanges(
        tx,
        by,
        "user_audit",
        confirmed.map(({ id, action, decidedBy }) => ({
          id,
          content: { action: "confirm", chosen: action, decidedBy, confirmedBy: by },
        })),
      ),
  });
  const refused = [...outcomes].find(([, outcome]) => !isConfirmed(outcome));
  if (refused === undefined) return;
  const [id, outcome] = refused;
  const others = await loadOthersWhoMay(db, { role: ROLE, but: by, limit: MOST_NAMED });
  const who = others.length === 0 ? "nobody else may: make another user" : `these may: ${others.join(", ")}`;
  throw new Refused(
    `finding ${id} ${REASONS[outcome] ?? "has changed since it was shown"}; nothing was applied (${who})`,
  );
}

const REASONS: Partial<Readonly<Record<ConfirmationOutcome, string>>> = {
  OWN_DECISION: "was decided by yourself, and users are disabled and deleted only where a second person wants it too",
  UNKNOWN_DECIDER: "was decided under a name that is no user's, nor that of a token that a user made",
};
