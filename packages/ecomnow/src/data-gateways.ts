import type { DataSettings } from "./data-settings.ts";

/** The outside of products, refunds, categories, client integrations and the status check. */
export interface DataGateways {
  readonly secretKey: string | null;
}

export function createDataGateways({ ecomnowSecretKey }: DataSettings): DataGateways {
  return { secretKey: ecomnowSecretKey };
}
