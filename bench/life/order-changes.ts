import type { Dice } from "../dice.ts";
import {
  APPROVED,
  CANCELLATION_WAITING,
  CANCELLED,
  REFUNDED,
  type WireItem,
  type WireOrder,
  type WireProduct,
} from "./wire.ts";

/** What a change may draw on besides the order. */
export interface ChangeMaterial {
  /** Every item the order ever had, as it was last. */
  readonly everHad: readonly WireItem[];
  /** Items of other orders, each a product that somebody sells. */
  readonly offers: readonly WireItem[];
  /** A pk that no item has. */
  readonly freePk: number;
}

/** Fields of the order as they become; null where the kind cannot be done to this order. */
type Change = (order: WireOrder, dice: Dice, material: ChangeMaterial) => Partial<WireOrder> | null;

/** Every kind of change that Omnitron may make to an order after it was sent. */
export const ORDER_CHANGES = {
  "quantity up": (order, dice) =>
    changeItem(order, dice, isActive, (item) => ({ quantity: item.quantity + dice.pick([1, 1, 2, 4]) })),
  "quantity down": (order, dice) =>
    changeItem(
      order,
      dice,
      (item) => isActive(item) && item.quantity > 1,
      (item) => ({ quantity: 1 + Math.floor(dice.roll() * (item.quantity - 1)) }),
    ),
  "item added": (order, dice, { offers, freePk }) => {
    if (offers.length === 0) return null;
    const added = { ...dice.pick(offers), pk: freePk, status: APPROVED, quantity: dice.pick([1, 1, 2, 3]) };
    return { orderitem_set: [...order.orderitem_set, added] };
  },
  // Seldom the only one, which leaves an order without items.
  "item removed": ({ orderitem_set: items }, dice) => {
    if (items.length === 0 || (items.length === 1 && dice.roll() > 0.15)) return null;
    const { pk } = dice.pick(items);
    return { orderitem_set: items.filter((item) => item.pk !== pk) };
  },
  "item put back": ({ orderitem_set: items }, dice, { everHad }) => {
    const gone = everHad.filter(({ pk }) => items.every((item) => item.pk !== pk));
    return gone.length === 0 ? null : { orderitem_set: [...items, { ...dice.pick(gone), status: APPROVED }] };
  },
  SKU: (order, dice, { offers }) => {
    const others = offers.filter(({ product }) =>
      order.orderitem_set.every((item) => item.product.sku !== product.sku),
    );
    if (others.length === 0) return null;
    const { product, attributes_kwargs } = dice.pick(others);
    return changeItem(order, dice, isActive, () => ({ product: product satisfies WireProduct, attributes_kwargs }));
  },
  price: (order, dice) =>
    changeItem(order, dice, isActive, () => ({ price: (1 + Math.floor(dice.roll() * 50_000) / 100).toFixed(2) })),
  address: ({ shipping_address }, dice) => ({
    shipping_address: {
      ...shipping_address,
      city: dice.pick(["campinas", "recife", "manaus", "porto alegre"]),
      postcode: `${10_000 + Math.floor(dice.roll() * 80_000)}-000`,
    },
  }),
  "shipping option": ({ shipping_option_slug: option }) => ({
    shipping_option_slug: option === "express" ? "standard" : "express",
  }),
  "order status 50": (order) => changeStatus(order, CANCELLATION_WAITING),
  "order status 100": (order, dice) => changeStatus(order, CANCELLED, dice.roll() < 0.5),
  "order status 600": (order, dice) => changeStatus(order, REFUNDED, dice.roll() < 0.5),
  "order status back": (order) =>
    order.status === APPROVED
      ? null
      : { status: APPROVED, orderitem_set: order.orderitem_set.map((item) => ({ ...item, status: APPROVED })) },
  "item status 100": (order, dice) => changeItem(order, dice, isActive, () => ({ status: CANCELLED })),
  "item status 600": (order, dice) => changeItem(order, dice, isActive, () => ({ status: REFUNDED })),
  "item status back": (order, dice) =>
    changeItem(
      order,
      dice,
      (item) => order.status === APPROVED && !isActive(item),
      () => ({ status: APPROVED }),
    ),
} as const satisfies Readonly<Record<string, Change>>;

export type OrderChangeKind = keyof typeof ORDER_CHANGES;
export const orderChangeKinds = Object.keys(ORDER_CHANGES) as OrderChangeKind[];

/** What of an order changes by a change of the kind; null where it cannot be done to this order. Pure. */
export function planOrderChange(
  kind: OrderChangeKind,
  order: WireOrder,
  dice: Dice,
  material: ChangeMaterial,
): Partial<WireOrder> | null {
  const change: Change = ORDER_CHANGES[kind];
  return change(order, dice, material);
}

const isActive = ({ status }: WireItem): boolean => status === APPROVED;

function changeItem(
  { orderitem_set: items }: WireOrder,
  dice: Dice,
  isFit: (item: WireItem) => boolean,
  toChange: (item: WireItem) => Partial<WireItem>,
): Partial<WireOrder> | null {
  const fit = items.filter(isFit);
  if (fit.length === 0) return null;
  const chosen = dice.pick(fit);
  const change = toChange(chosen);
  return { orderitem_set: items.map((item) => (item.pk === chosen.pk ? { ...item, ...change } : item)) };
}

/** Omnitron changes the items with the order, or the order alone. */
function changeStatus(order: WireOrder, status: string, withItems = false): Partial<WireOrder> | null {
  if (order.status !== APPROVED || order.orderitem_set.length === 0) return null;
  return withItems ? { status, orderitem_set: order.orderitem_set.map((item) => ({ ...item, status })) } : { status };
}
