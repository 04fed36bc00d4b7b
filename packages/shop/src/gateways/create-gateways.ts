import {
  type CarrierGateway,
  type CarrierLabels,
  type CarrierSettings,
  createCarriers,
} from "@drumline/outbound/carriers";
import type { Mailer } from "@drumline/outbound/mail";

import { createMailTemplates, type MailTemplates } from "../notifications/mail-templates.ts";
import { createPaymentGateways } from "./payments/create-payment-gateways.ts";
import type { PaymentGateway } from "./payments/port.ts";
import type { PaymentSettings } from "./payments/settings.ts";

/** What the worker gives to the shop's handlers, and the settings they read; each declares the part it needs. */
export interface ShopGateways<Settings> {
  /** By the name that stands in `shop_payment.provider`; a provider that is not in use is absent. */
  readonly payments: ReadonlyMap<string, PaymentGateway>;
  readonly carriers: Pick<CarrierGateway, "track"> & CarrierLabels;
  readonly mailer: Mailer;
  readonly mailTemplates: MailTemplates;
  readonly settings: Settings;
}

/**
 * The shop's outside. Connects to nothing until a handler asks. The mailer is the process's one, so that all who send mail
 * share the rate that the account allows.
 */
export function createShopGateways<
  Settings extends PaymentSettings & CarrierSettings & { readonly shopTemplatesFolder: string | null },
>(settings: Settings, { mailer }: { readonly mailer: Mailer }): ShopGateways<Settings> {
  return {
    payments: createPaymentGateways(settings),
    carriers: createCarriers(settings, {}),
    mailer,
    mailTemplates: createMailTemplates({ folder: settings.shopTemplatesFolder }),
    settings,
  };
}
