import type { RemoteOrder } from "../gateways/omnitron/port.ts";
import type { ImportProblemCode } from "../imports/import-problem-kinds.ts";
import type { ImportSnapshot } from "./import-snapshot.ts";

/** Who owns which number, item and product: in the database, and among the orders of the page taken in before. */
export interface Identities {
  readonly orderByNumber: ReadonlyMap<string, bigint>;
  readonly orderByItem: ReadonlyMap<bigint, bigint>;
  readonly productBySku: ReadonlyMap<string, bigint>;
  readonly skuByProduct: ReadonlyMap<bigint, string>;
  /** An order that is taken in owns what it names. */
  claim(order: RemoteOrder): void;
}

/** The identities the database holds, to which a page's orders are added as they are taken in. */
export function identitiesOf({ orders, items, products }: ImportSnapshot): Identities {
  const orderByNumber = new Map(orders.map(({ number, pk }) => [number, pk]));
  const orderByItem = new Map(items.map(({ pk, orderPk }) => [pk, orderPk]));
  const productBySku = new Map(products.flatMap(({ sku, pk }) => (pk === null ? [] : [[sku, pk] as const])));
  const skuByProduct = new Map(products.flatMap(({ sku, pk }) => (pk === null ? [] : [[pk, sku] as const])));
  return {
    orderByNumber,
    orderByItem,
    productBySku,
    skuByProduct,
    claim(order) {
      orderByNumber.set(order.number, order.pk);
      for (const { pk, product } of order.items) {
        orderByItem.set(pk, order.pk);
        productBySku.set(product.sku, product.pk);
        skuByProduct.set(product.pk, product.sku);
      }
    },
  };
}

/** What is wrong with an order that claims what is another's. */
export interface Clash {
  readonly code: ImportProblemCode;
  readonly error: string;
}

/** The first number, item or product of an order that belongs to another record: importing it would break a unique key. */
export function findClash(order: RemoteOrder, known: Identities): Clash | null {
  const owner = known.orderByNumber.get(order.number);
  if (owner !== undefined && owner !== order.pk)
    return { code: "NUMBER_CLASH", error: `number ${order.number} belongs to order ${owner}, got it from ${order.pk}` };

  const skuInOrder = new Map<bigint, string>();
  const productInOrder = new Map<string, bigint>();
  for (const { pk, product } of order.items) {
    const itemOwner = known.orderByItem.get(pk) ?? order.pk;
    if (itemOwner !== order.pk) return { code: "ITEM_CLASH", error: `item ${pk} belongs to order ${itemOwner}` };
    const knownPk = known.productBySku.get(product.sku) ?? product.pk;
    const knownSku = known.skuByProduct.get(product.pk) ?? skuInOrder.get(product.pk) ?? product.sku;
    const pkInOrder = productInOrder.get(product.sku) ?? product.pk;
    if (knownPk !== product.pk || knownSku !== product.sku || pkInOrder !== product.pk)
      return {
        code: "PRODUCT_CLASH",
        error: `item ${pk} has product ${product.pk} with SKU ${product.sku}, but we know ${product.pk} as ${knownSku} and ${product.sku} as product ${knownPk}`,
      };
    skuInOrder.set(product.pk, product.sku);
    productInOrder.set(product.sku, product.pk);
  }
  return null;
}
