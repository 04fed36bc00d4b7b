import type { Transaction } from "@drumline/db";
import { z } from "zod";

import { REDUCE_PACKAGE } from "../cancellations/take-units.ts";
import { CommandImpossible, packageCommand } from "./command.ts";
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
  followUp: async (tx, { id, args, version, ...request }) => {
    await askForVersion(tx, id, version);
    await savePackageShipment(tx, id, args, request);
    if (args.invoice_number !== undefined) await saveInvoiceNumber(tx, id, args.invoice_number);
  },
});

export const completePackagingWithoutShipment = packageCommand({
  name: "COMPLETE_PACKAGING_WITHOUT_SHIPMENT",
  summary: "The package is packed; no carrier of ours brings it.",
  args: z.strictObject({ invoice_number: word.optional() }),
  followUp: async (tx, { id, args, version }) => {
    await askForVersion(tx, id, version);
    if (args.invoice_number !== undefined) await saveInvoiceNumber(tx, id, args.invoice_number);
  },
});

/** Units may have been taken out of it while it was picked: whoever packs it has to say which version that was. */
async function askForVersion(tx: Transaction, packageId: bigint, version: number | undefined): Promise<void> {
  if (version !== undefined) return;
  const reduced = await tx.stateTransitionLog.findFirst({
    where: { entityType: "package", entityId: packageId, command: REDUCE_PACKAGE },
  });
  if (reduced === null) return;
  throw new CommandImpossible(
    "units were taken out of the package after it was planned: look at its items, and send the version that was packed; nothing was changed.",
  );
}
