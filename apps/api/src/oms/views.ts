import { enums } from "@drumline/db";
import { z } from "zod";

const item = z.object({ order_item_id: z.number(), sku: z.string(), quantity: z.int() });

export const packageSchema = z
  .object({
    id: z.string(),
    number: z.string(),
    order_number: z.string(),
    location: z.string().describe("ERP code."),
    state: z.enum(enums.PackageState),
    version: z.int().describe("Goes up with every change; send it along to be refused when it is not the latest."),
    replan_attempts: z.int(),
    next_replan_at: z.string().nullable(),
    replanned_from: z.string().nullable().describe("Id of the package this one took the place of."),
    cancel_reason: z.string().nullable(),
    cancellation_error: z.string().nullable(),
    invoice_number: z.string().nullable(),
    created_at: z.string(),
    items: z.array(item).readonly(),
    transfers: z.array(z.object({ id: z.string(), number: z.string(), state: z.string() })).readonly(),
    shipment: z
      .object({ id: z.string(), carrier: z.string(), tracking_number: z.string().nullable(), status: z.string() })
      .nullable(),
  })
  .meta({ id: "Package" });

export const transferSchema = z
  .object({
    id: z.string(),
    number: z.string(),
    package: z.string().describe("Number of the package it is for."),
    source: z.string(),
    destination: z.string(),
    state: z.enum(enums.TransferState),
    attempts: z.int(),
    next_retry_at: z.string().nullable(),
    items: z.array(item).readonly(),
  })
  .meta({ id: "TransferOrder" });
