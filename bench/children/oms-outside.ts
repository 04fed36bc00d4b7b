import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

import { runProcess } from "@drumline/core/process";

/** A carrier whose parcels are on their way, an inventory engine that has everything, Omnitron, and a receiver of webhooks. */
await runProcess("bench outside", async () => {
  const shippedAt = new Date(Date.now() - 3_600_000).toISOString();
  const answerTo = async (request: IncomingMessage): Promise<object> => {
    const url = request.url!;
    if (url.startsWith("/api/v1/carriers/")) {
      const events = [{ occurredAt: shippedAt, status: "SHIPPING", location: "hub", description: null }];
      return { trackingNumber: url.split("/").at(-1), status: "SHIPPING", events };
    }
    const body = await readBody(request);
    if (url !== "/api/v1/stock/query") return {};
    const { skus } = JSON.parse(body) as { skus: string[] };
    const stock = skus.map((sku) => ({ sku, erp_code: "A", quantity: 1_000_000 }));
    return { as_of: new Date().toISOString(), stock, unknown_skus: [] };
  };
  const reply = async (request: IncomingMessage, response: ServerResponse) => {
    const answer = JSON.stringify(await answerTo(request));
    response.writeHead(200, { "content-type": "application/json" }).end(answer);
  };
  const server = createServer((request, response) => void reply(request, response));
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  process.send!({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
  return {
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
});

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}
