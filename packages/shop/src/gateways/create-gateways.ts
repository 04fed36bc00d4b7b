import {
  type CarrierGateway,
  type CarrierLabels,
  type CarrierSettings,
  createCarriers,
} from "@drumline/outbound/carriers";

import { createPaymentGateways } from "./payments/create-payment-gateways.ts";
import type { PaymentGateway } from "./payments/port.ts";
import type { PaymentSettings } from "./payments/settings.ts";

/** What the worker gives to the shop's handlers, and the settings they read; each declares the part it needs. */
export interface ShopGateways<Settings> {
  /** By the name that stands in `shop_payment.provider`; a provider that is not in use is absent. */
  readonly payments: ReadonlyMap<string, PaymentGateway>;
  readonly carriers: Pick<CarrierGateway, "track"> & CarrierLabels;
  readonly settings: Settings;
}

/** The shop's outside. Connects to nothing until a handler asks. */
export function createShopGateways<Settings extends PaymentSettings & CarrierSettings>(
  settings: Settings,
): ShopGateways<Settings> {
  return { payments: createPaymentGateways(settings), carriers: createCarriers(settings, {}), settings };
}
