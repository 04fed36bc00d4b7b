import { z } from "zod";

import { packageCommand } from "./command.ts";
import { saveInvoiceNumber, savePackageShipment } from "./save-shipment.sql.ts";

const word = z.string().min(1).max(200);

export const completePackaging = packageCommand({
  name: "COMPLETE_PACKAGING",
  summary: "The package is packed and has a shipment, which the carrier is told of next.",
  args: z.strictObject({
    carrier: word.optional().describe("The order's cargo company unless given."),
    tracking_number: word.optional(),
    awb_number: word.optional(),
    label_url: z
      .url({ protocol: /^https?$/ })
      .max(2_000)
      .optional(),
    invoice_number: word.optional(),
  }),
  followUp: async (tx, { id, args, ...request }) => {
    await savePackageShipment(tx, id, args, request);
    if (args.invoice_number !== undefined) await saveInvoiceNumber(tx, id, args.invoice_number);
  },
});

export const completePackagingWithoutShipment = packageCommand({
  name: "COMPLETE_PACKAGING_WITHOUT_SHIPMENT",
  summary: "The package is packed; no carrier of ours brings it.",
  args: z.strictObject({ invoice_number: word.optional() }),
  followUp: async (tx, { id, args }) => {
    if (args.invoice_number !== undefined) await saveInvoiceNumber(tx, id, args.invoice_number);
  },
});
