import { optionalText } from "@drumline/core/config";

import { notificationSettings } from "./settings.ts";

const { shopLinkKey, shopBackInStockFrom } = notificationSettings;

/** What the api reads: it serves the links in mails, and hears of mails that came back. */
export const apiMailSettings = {
  // An installation without a shop sets none: in production its links then lead nowhere, and the api starts.
  shopLinkKey: { ...shopLinkKey, fallback: null, parse: (raw: string): string | null => raw },
  shopBackInStockFrom,
  shopSnsTopicArn: optionalText("SHOP_SNS_TOPIC_ARN", {
    about:
      "The one SNS topic whose bounces and complaints of mails are taken, at POST /api/v1/shop/mail-reports; empty: none.",
    example: "arn:aws:sns:eu-west-1:123456789012:mail-reports",
  }),
} as const;
