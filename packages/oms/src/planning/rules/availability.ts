/** What is known about one product at one location. */
export interface StockLevel {
  readonly locationId: bigint;
  readonly productId: bigint;
  /** Physically there; reserved units are still on hand. */
  readonly onHand: number;
  /** Sum of active reservations. */
  readonly reserved: number;
  readonly safetyStock: number;
  /** An active inventory discrepancy blocks the product here, however many units the engine counts. */
  readonly blocked: boolean;
}

/** Units that may be promised: 0 under a discrepancy, else on hand − reserved − safety stock, never below 0. */
export function availableOf({ onHand, reserved, safetyStock, blocked }: StockLevel): number {
  return blocked ? 0 : Math.max(0, onHand - reserved - safetyStock);
}

/** Stock levels that go down while a batch is planned, so that a later order cannot take an earlier one's units. */
export class Availability {
  readonly #levels = new Map<bigint, Map<bigint, StockLevel>>();

  constructor(levels: Iterable<StockLevel>) {
    for (const level of levels) this.#put(level);
  }

  /** Units left; 0 where the product is not carried. */
  at(locationId: bigint, productId: bigint): number {
    const level = this.#levels.get(productId)?.get(locationId);
    return level === undefined ? 0 : availableOf(level);
  }

  /** Undefined where the product is not carried. */
  level(locationId: bigint, productId: bigint): StockLevel | undefined {
    return this.#levels.get(productId)?.get(locationId);
  }

  /** More is promised than there is: the level fell after that. */
  isOversold(locationId: bigint, productId: bigint): boolean {
    const level = this.#levels.get(productId)?.get(locationId);
    return level !== undefined && level.reserved > level.onHand;
  }

  /** Reserves units. Throws where they are not available: a planner that gets here would oversell. */
  take(locationId: bigint, productId: bigint, units: number): void {
    const available = this.at(locationId, productId);
    if (units > available)
      throw new RangeError(
        `cannot take ${units} units of product ${productId} at location ${locationId}: ${available} available`,
      );
    const level = this.#levels.get(productId)!.get(locationId)!;
    this.#put({ ...level, reserved: level.reserved + units });
  }

  /** The product's level at every location that carries it, with or without units left. */
  levelsOf(productId: bigint): readonly StockLevel[] {
    return [...(this.#levels.get(productId)?.values() ?? [])];
  }

  #put(level: StockLevel): void {
    const byLocation = this.#levels.get(level.productId);
    if (byLocation === undefined) this.#levels.set(level.productId, new Map([[level.locationId, level]]));
    else byLocation.set(level.locationId, level);
  }
}
