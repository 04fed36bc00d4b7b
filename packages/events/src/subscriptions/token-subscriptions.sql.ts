import { Prisma, type Transaction } from "@drumline/db";

/** A token, or a user, as its subscriptions know it. */
export interface OwningToken {
  readonly id: string;
  readonly name: string;
}

/** Those of users, and of an earlier release, know their owner by the name alone. */
const isOf = ({ id, name }: OwningToken) =>
  Prisma.sql`(token_id = ${id}::uuid OR (token_id IS NULL AND owner = ${name}))`;

/**
 * Ends what a token or a user has subscribed to, in the transaction that ends the token or disables the user: nothing is sent to
 * it any more. How many subscriptions that were.
 */
export function endSubscriptionsOf(tx: Transaction, token: OwningToken): Promise<number> {
  return tx.$executeRaw(Prisma.sql`
    UPDATE webhook SET is_active = false, disabled_reason = 'its token was revoked, or its user disabled', version = version + 1
    WHERE is_active AND ${isOf(token)}`);
}

/** What a token has subscribed to ends when the token does: null is never. */
export async function setSubscriptionsEnd(tx: Transaction, token: OwningToken, endsAt: Date | null): Promise<void> {
  await tx.$executeRaw(Prisma.sql`
    UPDATE webhook SET ends_at = ${endsAt}, version = version + 1 WHERE is_active AND ${isOf(token)}`);
}
