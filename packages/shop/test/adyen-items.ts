import { createHmac } from "node:crypto";

/** The key that Adyen's own library is tested with. */
export const ADYEN_KEY = "DFB1EB5485895CFA84146406857104ABB4CBCABDC8AAF103A624C8F6A3EAAB00";

/** An item of a webhook of Adyen: an authorisation of EUR 19.99, unless it is changed. */
export interface AdyenItem {
  readonly pspReference: string;
  readonly eventCode: string;
  readonly success: unknown;
  readonly [field: string]: unknown;
}

export const adyenItem = (change: object = {}): AdyenItem => ({
  pspReference: "PSP1",
  merchantAccountCode: "Shop",
  merchantReference: "payment-1",
  amount: { currency: "EUR", value: 1999 },
  eventCode: "AUTHORISATION",
  eventDate: "2026-03-02T10:00:00+01:00",
  paymentMethod: "ideal",
  reason: "",
  success: "true",
  ...change,
});

/** As Adyen signs it. */
export function signedAdyenItem(change: object = {}, key = ADYEN_KEY): AdyenItem {
  const one = adyenItem(change);
  const { pspReference, originalReference = "", merchantAccountCode, merchantReference } = one;
  const amount = one["amount"] as { value: number; currency: string };
  const fields = [
    pspReference,
    originalReference,
    merchantAccountCode,
    merchantReference,
    amount.value,
    amount.currency,
  ];
  const text = [...fields, one.eventCode, one.success].join(":");
  const hmacSignature = createHmac("sha256", Buffer.from(key, "hex")).update(text).digest("base64");
  return { ...one, additionalData: { ...(one["additionalData"] as object | undefined), hmacSignature } };
}

export const adyenBody = (...items: unknown[]): Buffer =>
  Buffer.from(
    JSON.stringify({ live: "false", notificationItems: items.map((one) => ({ NotificationRequestItem: one })) }),
  );
