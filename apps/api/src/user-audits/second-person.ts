import { type AuditEvent, recordAuditEvents } from "@drumline/audit/audit-events";
import type { Transaction } from "@drumline/db";
import {
  type ConfirmationOutcome,
  type ConfirmedDecision,
  confirmDecisions,
  isConfirmed,
  loadDeciders,
} from "@drumline/ecomnow/commands";
import { loadOthersWhoMay, tellApart } from "@drumline/engine";
import type { FastifyRequest } from "fastify";

import type { ApiParts } from "../api.ts";
import { clientAddressOf } from "../http/client-address.ts";
import { HttpProblem } from "../http/problem.ts";

const ROLE = "operator";
const MOST_NAMED = 10;

interface Confirming {
  readonly ids: readonly bigint[];
  /** The name of a user. */
  readonly by: string;
  readonly versions?: Readonly<Record<string, number>> | undefined;
  readonly allOrNone?: boolean;
  readonly asked?: { readonly remoteAddr: string | null; readonly url: string | null };
}

/** Of whoever may not confirm any more, nothing. */
type Outcome = ConfirmationOutcome | "NOT_ALLOWED";

/** Confirms what others have decided, in the name of a user. */
export async function confirmAsSecondPerson(
  { db, clock }: Pick<ApiParts, "db" | "clock">,
  { ids, versions, by, asked, allOrNone = false }: Confirming,
): Promise<ReadonlyMap<bigint, Outcome>> {
  const deciders = await tellApart(db, await loadDeciders(db, ids), { from: by, role: ROLE });
  if (deciders === null) return new Map(ids.map((id) => [id, "NOT_ALLOWED"]));
  const at = clock.now();
  const toEvent = ({ id, action, decidedBy }: ConfirmedDecision): AuditEvent => ({
    ...asked,
    timestamp: at,
    actor: by,
    entityType: "user_audit",
    entityId: String(id),
    content: { action: "confirm", chosen: action, decidedBy, confirmedBy: by },
  });
  const record = (tx: Transaction, confirmed: readonly ConfirmedDecision[]) =>
    recordAuditEvents(tx, confirmed.map(toEvent));
  return confirmDecisions(db, { ids, versions, by, at, deciders, allOrNone, record });
}

/**
 * Confirms all of these in the name of whoever asks, or none.
 * @throws {HttpProblem} 403 that says who else may, and 409
 */
export async function requireSecondPerson(
  parts: Pick<ApiParts, "db" | "clock">,
  request: FastifyRequest,
  { ids, versions }: Pick<Confirming, "ids" | "versions">,
): Promise<void> {
  const { session } = request.identity!;
  if (session === undefined)
    throw refuse(
      "A token may be anybody's, so it is no second person. Somebody who is signed in can apply this; with ids, what asks for nobody is applied by a token too.",
      "NO_PERSON",
    );
  const asked = { remoteAddr: clientAddressOf(request), url: request.url };
  const outcomes = await confirmAsSecondPerson(parts, { ids, versions, by: session.name, asked, allOrNone: true });
  const refused = [...outcomes].filter(([, outcome]) => !isConfirmed(outcome));
  const [first] = refused;
  if (first === undefined) return;
  const [id, outcome] = first;
  const others = await loadOthersWhoMay(parts.db, { role: ROLE, but: session.name, limit: MOST_NAMED });
  throw toProblem(outcome, { id, count: refused.filter(([, one]) => one === outcome).length, others });
}

interface Refused {
  readonly id: bigint;
  readonly count: number;
  /** Who else may. */
  readonly others: readonly string[];
}

function toProblem(outcome: Outcome, { id, count, others }: Refused): HttpProblem {
  const which =
    count === 1 ? `the decision about finding ${id}` : `${count} decisions, such as that about finding ${id},`;
  if (outcome === "OWN_DECISION")
    return refuse(
      `You made ${which} yourself, and users are disabled and deleted only where a second person wants it too. Nothing was applied. ${describeOthers(others)}`,
      outcome,
    );
  if (outcome === "UNKNOWN_DECIDER")
    return refuse(
      `Nobody knows which person made ${which} since the name that stands there is no user's, nor that of a token that a user made. Nothing was applied. Take it back and decide anew, signed in; then somebody else can apply it.`,
      outcome,
    );
  if (outcome === "NOT_ALLOWED") return refuse("You may not confirm decisions any more.", "FORBIDDEN");
  return new HttpProblem(409, `Finding ${id} has changed since it was looked at. Read it again, then apply.`, {
    code: outcome,
  });
}

const refuse = (detail: string, code: string): HttpProblem => new HttpProblem(403, detail, { code });

function describeOthers(others: readonly string[]): string {
  if (others.length === 0)
    return "There is nobody else who may: an admin makes another user with the role operator (npx drumline users create).";
  const names = others.length === 1 ? others[0]! : `${others.slice(0, -1).join(", ")} or ${others.at(-1)!}`;
  return `${names}${others.length === MOST_NAMED ? ", among others," : ""} can apply it.`;
}
