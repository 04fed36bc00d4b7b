import type { ApiParts } from "../api.ts";
import { startNow } from "../runs/start-now.ts";

/** Payments are due on record: this only asks for them sooner. */
export const checkPaymentsNow = (parts: ApiParts, requestedBy: string): Promise<string | null> =>
  startNow(parts, "shop.payments.tasks.check_payment_status", requestedBy);
