import type { JsonObject } from "@drumline/core/task";
import { z } from "zod";

import { type Command, packageCommand, transferCommand } from "./command.ts";
import { excludeLocation, releaseDiscrepancies, saveDenialReason } from "./failed-items.sql.ts";
import { savePackageShipment, saveTransferShipment } from "./save-shipment.sql.ts";

const word = z.string().min(1).max(200);
const parcelSchema = z.strictObject({ carrier: word.optional(), tracking_number: word.optional() });
const shipmentSchema = parcelSchema.extend({
  awb_number: word.optional(),
  label_url: z
    .url({ protocol: /^https?$/ })
    .max(2_000)
    .optional(),
});

/** The commands that are a package's transition of that name, and little more. */
export const packageTransitions: readonly Command[] = [
  packageCommand({
    name: "PREPARE_PACKAGE_COMMAND",
    summary: "The store begins to pick a waiting package.",
  }),
  packageCommand({
    name: "PKG_DEALLOCATE_RESERVATIONS",
    summary: "Begins to pick a waiting package and frees what was reserved for it.",
  }),
  packageCommand({
    name: "PKG_STATE_TRANSITION",
    summary: "A remote action is done (WAITING), or a picked package is ready to be packed (READY_FOR_PACKAGING).",
    args: z.strictObject({ state: z.enum(["WAITING", "READY_FOR_PACKAGING"]) }),
    change: ({ state }) => ({ to: state, from: state === "WAITING" ? ["WAITING_REMOTE_ACTION"] : ["PREPARING"] }),
  }),
  packageCommand({
    name: "SHIP_THE_PACKAGE",
    summary: "The package has left. The carrier is not called: a carrier and tracking number given here are kept.",
    args: parcelSchema,
    // First the parcel, since the package comes as far as its parcel is.
    prepare: async (tx, { id, args, ...request }) => {
      if ((args.carrier ?? args.tracking_number) !== undefined) await savePackageShipment(tx, id, args, request);
    },
  }),
  packageCommand({
    name: "UPDATE_SHIPMENT_INFO",
    summary:
      "Another carrier or tracking number: it is tracked from then on, and the parcel before is called back. Without either, " +
      "a parcel that is lost or deleted is announced anew.",
    args: shipmentSchema,
    change: (args) => ({ attributes: JSON.parse(JSON.stringify(args)) as JsonObject }),
    prepare: (tx, { id, args, ...request }) => savePackageShipment(tx, id, args, request),
  }),
  packageCommand({
    name: "UPDATE_SHIPMENT_STATUS",
    summary: "What the carrier did with a package that is on its way.",
    args: z.strictObject({
      status: z.enum(["READY_FOR_PICKUP", "ATTEMPTED_DELIVERY", "DELIVERY_FAILED", "DELIVERED"]),
    }),
    change: ({ status }) => ({ to: status }),
  }),
  packageCommand({
    name: "BLOCK_THE_PACKAGE",
    summary: "Stops work on a package; what is reserved for it stays reserved.",
    args: z.strictObject({ reason: z.string().min(1).max(500).optional() }),
    change: ({ reason }) => ({ attributes: reason === undefined ? {} : { reason } }),
  }),
  packageCommand({
    name: "UNBLOCK_THE_PACKAGE",
    summary: "Takes a blocked package back to the state it was blocked in.",
  }),
  packageCommand({
    name: "REFUSE",
    summary: "The store will not prepare the package: it is planned again, elsewhere.",
    args: z.strictObject({
      reason: z.strictObject({
        title: z.string().min(1).max(500),
        remote_id: z.string().max(200).optional(),
        priority: z.int().optional(),
      }),
    }),
    change: ({ reason: { title, remote_id = null, priority = null } }) => ({
      attributes: { reason: title, denial_reason: { title, remote_id, priority } },
    }),
    followUp: async (tx, { id, args, at }) => {
      await saveDenialReason(tx, id, args.reason.title);
      await excludeLocation(tx, id, null, { at, discrepancy: false });
    },
  }),
  packageCommand({
    name: "PACKED_FOR_REFUND",
    summary: "The package goes no further and is refunded; what blocked its products here is lifted.",
    followUp: (tx, { id, at }) => releaseDiscrepancies(tx, id, at),
  }),
];

/** The commands that are a transfer's transition of that name, and little more. */
export const transferTransitions: readonly Command[] = [
  transferCommand({
    name: "TRANSFER_READY_TO_SHIPMENT",
    summary: "The goods of a transfer are ready for the carrier; it can no longer be said that they were not found.",
    args: parcelSchema,
    followUp: (tx, { id, args, at }) => saveTransferShipment(tx, id, args, at),
  }),
  transferCommand({
    name: "TRANSFER_IN_TRANSIT",
    summary: "The goods of a transfer have left their source.",
  }),
  transferCommand({
    name: "TRANSFER_TRANSFERRED",
    summary: "The goods of a transfer have arrived; with the last one, the package waits to be prepared.",
  }),
];
