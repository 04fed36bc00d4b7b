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
  /** Levels that make no sense, counted as no stock: promising nothing is the safe reading. */
  readonly problems: readonly { readonly sku: string; readonly error: string }[];
  /** When each SKU that was asked for was looked up. */
  readonly asOf: ReadonlyMap<string, Date>;
}

/** Units of a SKU at a location. */
export interface RemoteStock {
  readonly sku: string;
  readonly erpCode: string;
  /** 0 or more. */
  readonly quantity: number;
}
