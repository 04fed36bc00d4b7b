import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/**
 * Mollie, as far as it is asked here: every third payment is paid, the others are open. It counts its calls, and answers
 * 429 to all of them for the seconds it is told to be left alone: `PUT /silence/2`.
 */
let calls = 0;
let most = 0;
let atOnce = 0;
let refused = 0;
let silentSeconds = 0;
const server = createServer((request, response) => {
  const url = request.url ?? "";
  if (url.startsWith("/silence/")) {
    silentSeconds = Number(url.slice("/silence/".length));
    calls = most = refused = 0;
    response.end();
    return;
  }
  if (url === "/counts") {
    response.end(JSON.stringify({ calls, most, refused }));
    return;
  }
  calls += 1;
  atOnce += 1;
  most = Math.max(most, atOnce);
  // The answer comes with the next turn, so that calls are under way at the same time.
  setImmediate(() => {
    atOnce -= 1;
    if (silentSeconds > 0) {
      refused += 1;
      response.writeHead(429, { "retry-after": String(silentSeconds) }).end();
      return;
    }
    const id = /\/payments\/(tr_\w+)/.exec(url)?.[1] ?? "";
    const status = Number(id.slice(3)) % 3 === 0 ? "paid" : "open";
    response.writeHead(200, { "content-type": "application/hal+json" });
    response.end(
      JSON.stringify({
        resource: "payment",
        id,
        mode: "test",
        status,
        isCancelable: false,
        amount: { currency: "EUR", value: "12.50" },
        description: `Order ${id}`,
        method: "ideal",
        metadata: null,
        createdAt: new Date().toISOString(),
        _embedded: { refunds: [], chargebacks: [] },
        _links: {},
      }),
    );
  });
});
server.keepAliveTimeout = 60_000;
server.listen(0, "127.0.0.1", () => {
  process.send!({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
});
process.on("SIGTERM", () => process.exit(0));
