import { cancelTransfer } from "./commands/cancel-transfer.ts";
import type { Command } from "./commands/command.ts";
import { completePackaging, completePackagingWithoutShipment } from "./commands/complete-packaging.ts";
import { detectedOutOfStockItem, transferOutOfStock } from "./commands/failed-items.ts";
import { manualPlanning } from "./commands/manual-planning.ts";
import { packageTransitions, transferTransitions } from "./commands/one-transition-commands.ts";

export { type Command, CommandImpossible, CommandRefused, NoSuchEntity } from "./commands/command.ts";
export {
  type OmnitronWebhook,
  omnitronWebhookSchema,
  receiveCancellationPlan,
  receiveOrder,
  UnusableWebhook,
} from "./commands/receive-from-omnitron.ts";
export { unpackPackage } from "./commands/unpack-package.sql.ts";
export { rotateWebhookSecrets } from "@drumline/events/subscriptions";
export { retryMessage } from "./messages/retry-message.sql.ts";
export { type CommandCall, runPackageCommand, runTransferCommand } from "./commands/run-command.ts";

/** What may be asked of a package. */
export const packageCommands: readonly Command[] = [
  ...packageTransitions,
  completePackaging,
  completePackagingWithoutShipment,
  detectedOutOfStockItem,
  manualPlanning,
];

/** What may be asked of a transfer between locations. */
export const transferCommands: readonly Command[] = [...transferTransitions, transferOutOfStock, cancelTransfer];
