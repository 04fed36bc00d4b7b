import { shopSettings } from "./settings.ts";

export { previewMail } from "./notifications/sample-mail.ts";
export { NOTICE_KINDS } from "./notifications/save-notices.sql.ts";

/** What a worker would write mails with. */
export const mailPreviewSettings = {
  shopName: shopSettings.shopName,
  shopTemplatesFolder: shopSettings.shopTemplatesFolder,
} as const;
