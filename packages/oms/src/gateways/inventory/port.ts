/** The inventory engine: what is physically there, per location. */
export interface InventoryGateway {
  /** Any number of SKUs; asked for in as many calls as it takes. Throws the errors of outbound/http, and then nothing is known. */
  queryStock(skus: readonly string[], signal: AbortSignal): Promise<StockAnswer>;
}

/** What the inventory engine says of the SKUs it was asked for. */
export interface StockAnswer {
  readonly levels: readonly RemoteStock[];
  /** SKUs the engine has never heard of. */
  readonly unknownSkus: readonly string[];
  /** Records that make no sense, the first of them: they say nothing of their level, which stays what it was. */
  readonly problems: readonly StockProblem[];
  /** Of which places nothing is known because of such a record: `placeOf` each, or a SKU alone for all its places. */
  readonly unread?: ReadonlySet<string>;
  /** When each SKU that was asked for was looked up. */
  readonly asOf: ReadonlyMap<string, Date>;
}

/** A record of the engine that cannot be read. */
export interface StockProblem {
  readonly sku: string;
  /** Null where that cannot be read either. */
  readonly erpCode: string | null;
  readonly error: string;
}

/** What one place of a SKU is called. */
export const placeOf = (erpCode: string, sku: string): string => JSON.stringify([erpCode, sku]);

/** Units of a SKU at a location. */
export interface RemoteStock {
  readonly sku: string;
  readonly erpCode: string;
  /** 0 or more. */
  readonly quantity: number;
}
