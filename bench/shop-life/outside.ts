import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

import { readSettings } from "@drumline/core/config";
import type { Database } from "@drumline/db";
import { type CarrierLabels, carrierSettings, createCarriers } from "@drumline/outbound/carriers";
import {
  createPaymentGateways,
  type PaymentGateway,
  paymentSettings,
  receivePaymentWebhook,
} from "@drumline/shop/commands";

/** The sandbox's token of a replay. */
const TOKEN = "replay";

export interface MailSeen {
  readonly to: readonly string[];
  readonly subject: string;
  readonly text: string;
  readonly receivedAt: string;
}

/** What the shop's own part of the story does outside, and what it looks up there in the end. */
export interface ShopOutside {
  readonly mollie: PaymentGateway;
  readonly carriers: CarrierLabels;
  /** Where Mollie's webhooks go. */
  readonly hookUrl: string;
  /** When a webhook about a payment came last, on the story's clock. */
  readonly heardAt: ReadonlyMap<string, Date>;
  /** Webhooks that were answered with an error. */
  readonly errors: readonly string[];
  ask<Answer>(method: "GET" | "PUT" | "POST" | "DELETE", path: string, body?: object): Promise<Answer>;
  mailbox(): Promise<readonly MailSeen[]>;
  close(): Promise<void>;
}

/** What a worker of the shop is told besides. */
export const toShopWorkerEnv = (sandboxUrl: string): Record<string, string> => ({
  WORKER_QUEUES: "shop",
  // A run of a killed worker is free after that.
  WORKER_LEASE_SECONDS: "2",
  ...toOutsideEnv(sandboxUrl),
  SES_ENDPOINT: `${sandboxUrl}/aws/ses`,
  AWS_ACCESS_KEY_ID: "sandbox",
  AWS_SECRET_ACCESS_KEY: "sandbox",
  MAILS_PER_SECOND: "1000",
  DB_MAINTENANCE_TABLES: "",
});

const toOutsideEnv = (sandboxUrl: string): Record<string, string> => ({
  MOLLIE_API_URL: `${sandboxUrl}/mollie`,
  MOLLIE_API_KEY: `test_${TOKEN}`,
  STRIPE_SECRET_KEY: "none",
  CARRIER_URL: sandboxUrl,
  CARRIER_PASSWORD: TOKEN,
});

export async function openShopOutside(db: Database, sandboxUrl: string, now: () => Date): Promise<ShopOutside> {
  const settings = readSettings({ ...paymentSettings, ...carrierSettings }, toOutsideEnv(sandboxUrl));
  const mollie = createPaymentGateways(settings).get("mollie")!;
  const heardAt = new Map<string, Date>();
  const errors: string[] = [];
  const receive = async (body: Buffer, headers: Record<string, string | undefined>): Promise<number> => {
    try {
      await receivePaymentWebhook(db, mollie, { body, headers }, now());
      heardAt.set(new URLSearchParams(body.toString()).get("id") ?? "", now());
      return 200;
    } catch (error) {
      errors.push(`webhook ${body.toString().slice(0, 200)}: ${String(error)}`);
      return 500;
    }
  };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const body = Buffer.concat(chunks);
      const headers = request.headers as Record<string, string | undefined>;
      void receive(body, headers).then((status) => response.writeHead(status).end());
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const ask = async <Answer>(method: string, path: string, body?: object): Promise<Answer> => {
    const sent = body === undefined ? {} : { body: JSON.stringify(body) };
    const response = await fetch(`${sandboxUrl}/_sandbox${path}`, { method, ...sent });
    if (!response.ok) throw new Error(`${method} ${path} of the sandbox: ${response.status} ${await response.text()}`);
    return (await response.json()) as Answer;
  };
  return {
    mollie,
    carriers: createCarriers(settings, {}),
    hookUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    heardAt,
    errors,
    ask,
    mailbox: async () => await ask("GET", "/mailbox"),
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
