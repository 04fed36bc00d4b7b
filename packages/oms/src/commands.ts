import type { Command } from "./command.ts";
import { blockThePackage, unblockThePackage } from "./block-the-package.ts";
import { changePackageState } from "./change-package-state.ts";
import { completePackaging, completePackagingWithoutShipment } from "./complete-packaging.ts";
import { deallocateReservations } from "./deallocate-reservations.ts";
import { detectedOutOfStockItem } from "./detected-out-of-stock-item.ts";
import { manualPlanning } from "./manual-planning.ts";
import { packedForRefund } from "./packed-for-refund.ts";
import { preparePackage } from "./prepare-package.ts";
import { refuse } from "./refuse.ts";
import { shipThePackage } from "./ship-the-package.ts";
import { transferCancel } from "./transfer-cancel.ts";
import { transferInTransit } from "./transfer-in-transit.ts";
import { transferOutOfStock } from "./transfer-out-of-stock.ts";
import { transferReadyToShipment } from "./transfer-ready-to-shipment.ts";
import { transferTransferred } from "./transfer-transferred.ts";
import { updateShipmentStatus } from "./update-shipment-status.ts";

export { type Command, CommandImpossible, CommandRefused, NoSuchEntity } from "./command.ts";
export {
  type OmnitronWebhook,
  omnitronWebhookSchema,
  receiveCancellationPlan,
  receiveOrder,
  UnusableWebhook,
} from "./receive-from-omnitron.ts";
export { type CommandCall, runPackageCommand, runTransferCommand } from "./run-command.ts";

export const packageCommands: readonly Command[] = [
  preparePackage,
  deallocateReservations,
  changePackageState,
  completePackaging,
  completePackagingWithoutShipment,
  shipThePackage,
  updateShipmentStatus,
  blockThePackage,
  unblockThePackage,
  refuse,
  detectedOutOfStockItem,
  manualPlanning,
  packedForRefund,
];

export const transferCommands: readonly Command[] = [
  transferReadyToShipment,
  transferInTransit,
  transferTransferred,
  transferOutOfStock,
  transferCancel,
];
