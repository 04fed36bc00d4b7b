import { parseJson } from "@drumline/core/text";
import { z } from "zod";

import { UnverifiedWebhook } from "../webhooks/index.ts";
import { isSignedBy } from "./is-signed-by.ts";

const text = z.union([z.string(), z.number()]).transform(String);
const itemSchema = z.object({
  pspReference: text,
  originalReference: text.nullish(),
  merchantAccountCode: text,
  merchantReference: text.nullish(),
  amount: z.object({ value: text, currency: text }),
  eventCode: text,
  success: z.union([z.string(), z.boolean()]).transform(String),
  additionalData: z.object({ hmacSignature: z.string() }),
});
const bodySchema = z.object({
  notificationItems: z
    .array(z.object({ NotificationRequestItem: itemSchema }))
    .min(1)
    .max(1_000),
});

/** The facts of an item that Adyen signs; nothing stands for what is absent. */
export type SignedAdyenItem = Readonly<
  Record<"pspReference" | "merchantAccountCode" | "eventCode" | "success", string>
> & {
  readonly originalReference?: string | null | undefined;
  readonly merchantReference?: string | null | undefined;
  readonly amount: { readonly value: bigint | string; readonly currency: string };
};

/** The text of an item that is signed (docs.adyen.com, "Verify HMAC signatures"). */
export const signedTextOf = (item: SignedAdyenItem): string =>
  [
    item.pspReference,
    item.originalReference ?? "",
    item.merchantAccountCode,
    item.merchantReference ?? "",
    item.amount.value,
    item.amount.currency,
    item.eventCode,
    item.success,
  ].join(":");

/**
 * News of payments, whose items are signed one by one, and of the platform, whose bytes are signed in a header. One item
 * that is not signed by us refuses the whole: what is stored is believed.
 */
export function verifyAdyen(headers: Readonly<Record<string, string | undefined>>, body: Buffer, keys: Buffer[]): void {
  const { hmacsignature } = headers;
  if (hmacsignature !== undefined) {
    if (!isSignedBy(keys, body, { signatures: [hmacsignature], encoding: "base64" }))
      throw new UnverifiedWebhook("HmacSignature fits none of the secrets");
    return;
  }
  for (const [index, { NotificationRequestItem: item }] of readItems(body).entries())
    if (!isSignedBy(keys, signedTextOf(item), { signatures: [item.additionalData.hmacSignature], encoding: "base64" }))
      throw new UnverifiedWebhook(`the hmacSignature of item ${index} fits none of the secrets`);
}

function readItems(body: Buffer): z.output<typeof bodySchema>["notificationItems"] {
  try {
    return bodySchema.parse(parseJson(body.toString("utf8"))).notificationItems;
  } catch {
    throw new UnverifiedWebhook("it has neither HmacSignature nor notificationItems that are signed one by one");
  }
}
