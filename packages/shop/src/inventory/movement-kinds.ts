import { Prisma } from "@drumline/db";

/** What each kind of movement does to the pieces on hand, times its quantity; a count sets them instead. */
export const MOVEMENT_EFFECTS = {
  RECEIVED: 1,
  LOST: -1,
  DAMAGED: -1,
  DEFECTIVE: -1,
  FOUND: 1,
  RETURNED_SELLABLE: 1,
  /** Came back, and cannot be sold: on record, and none of it on hand. */
  RETURNED_UNSELLABLE: 0,
  COUNTED: "sets the level",
  SALE: -1,
  SALE_CANCELLED: 1,
} as const satisfies Readonly<Record<string, -1 | 0 | 1 | "sets the level">>;

export type MovementKind = keyof typeof MOVEMENT_EFFECTS;

export const MOVEMENT_KINDS = Object.keys(MOVEMENT_EFFECTS) as readonly MovementKind[];

/** What a movement does where no count says otherwise: SQL over a row of `shop_movement`, null of a count. The kinds are constants of ours. */
export const plainEffect: Prisma.Sql = Prisma.sql`CASE kind ${Prisma.raw(
  MOVEMENT_KINDS.filter((kind) => kind !== "COUNTED")
    .map((kind) => `WHEN '${kind}' THEN ${MOVEMENT_EFFECTS[kind]} * quantity`)
    .join(" "),
)} END`;
