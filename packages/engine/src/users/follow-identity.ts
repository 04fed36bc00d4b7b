import { randomUUID } from "node:crypto";

import { cutText } from "@drumline/core/text";
import type { Transaction } from "@drumline/db";

import { recordSecurityEvent } from "../security-log/security-events.sql.ts";
import type { Role } from "../tokens/role.ts";
import { describeChange, isEmail, isUserName } from "./change-user.ts";
import { endSessionsOf } from "./sessions.sql.ts";
import { type Identity, insertUser, loadUser, lockUserOfIdentity, saveUser, type UserRow } from "./users.sql.ts";

/** What a provider has said of somebody who signed in there. */
export interface ProvenIdentity extends Identity {
  /** What they could be called here, best first. */
  readonly names: readonly string[];
  readonly email: string | null;
  /** By their groups; null where these give none. */
  readonly role: Role | null;
}

/** Why somebody whom the provider knows is not let in. */
export interface RefusedIdentity {
  readonly why: "NO_ROLE" | "DISABLED";
  /** Null of somebody who was never here. */
  readonly name: string | null;
}

/**
 * The user of an identity, made when they come for the first time, and with the role and address that the provider says from
 * then on. A user who was made here is never taken for one of the provider's, whatever name or address it tells: who may
 * choose a name there would be that user here. Whom the provider gives no role any more is signed out everywhere.
 */
export async function followIdentity(
  tx: Transaction,
  proven: ProvenIdentity,
  { now, remoteAddr }: { readonly now: Date; readonly remoteAddr: string | null },
): Promise<UserRow | RefusedIdentity> {
  const known = await lockUserOfIdentity(tx, proven);
  if (known === null) return proven.role === null ? { why: "NO_ROLE", name: null } : create(tx, proven, proven.role);
  if (known.disabledAt !== null) return { why: "DISABLED", name: known.name };
  if (proven.role === null) {
    await endSessionsOf(tx, known.id, now, { but: null });
    return { why: "NO_ROLE", name: known.name };
  }
  return follow(known, proven.role);

  async function create(of: Transaction, { issuer, subject, email, names }: ProvenIdentity, role: Role) {
    for (const name of namesFor(names, subject)) {
      const user = { id: randomUUID(), name, email: toEmail(email), role, passwordHash: null, createdAt: now };
      if (await insertUser(of, { ...user, identity: { issuer, subject } })) {
        await record("USER_CREATED", name, { role, issuer });
        return (await loadUser(of, user.id))!;
      }
      // Whoever signs in twice at once is made once.
      if ((await lockUserOfIdentity(of, { issuer, subject })) !== null)
        return followIdentity(of, proven, { now, remoteAddr });
    }
    throw new Error(`no name is free for a new user of ${issuer}`);
  }

  async function follow(before: UserRow, role: Role): Promise<UserRow> {
    const email = toEmail(proven.email) ?? before.email;
    if (role === before.role && email === before.email) return before;
    await saveUser(tx, before.id, { role, email });
    const after = (await loadUser(tx, before.id))!;
    await record("USER_CHANGED", before.name, { ...describeChange(before, after), issuer: proven.issuer });
    return after;
  }

  function record(kind: "USER_CREATED" | "USER_CHANGED", subject: string, detail: object): Promise<void> {
    return recordSecurityEvent(tx, { at: now, kind, actor: null, subject, remoteAddr, detail });
  }
}

const MOST_OF_A_NAME = 80;
const MOST_OF_ONE_NAME = 1_000;

/** Names that may stand in the audit: the best that is free, then the same with a number. */
function* namesFor(wanted: readonly string[], subject: string): Generator<string> {
  const best = [...wanted, `user ${subject}`, "user"].map(toName).find(isUserName)!;
  yield best;
  for (let no = 2; no <= MOST_OF_ONE_NAME; no += 1) {
    const end = `-${no}`;
    yield cutText(best, MOST_OF_A_NAME - end.length).trimEnd() + end;
  }
}

function toName(text: string): string {
  const readable = text.normalize("NFKC").replaceAll(/[^\p{L}\p{N} ._@-]+/gu, "-");
  return cutText(readable.replace(/^[^\p{L}\p{N}]+/u, ""), MOST_OF_A_NAME).trimEnd();
}

const toEmail = (email: string | null): string | null => (email !== null && isEmail(email) ? email : null);
