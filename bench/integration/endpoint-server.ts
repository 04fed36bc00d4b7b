import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** An endpoint that takes whatever is sent to `/orders`, never answers at `/hang` and refuses with a 429 at `/flood`. */
let taken = 0;
const keys = new Set<string>();
const server = createServer((request, response) => {
  if (request.url === "/counts") {
    response.end(JSON.stringify({ taken, unique: keys.size }));
    return;
  }
  request.resume();
  request.on("end", () => {
    if (request.url === "/hang") return;
    if (request.url === "/flood") {
      response.writeHead(429, { "retry-after": "1" }).end();
      return;
    }
    taken += 1;
    keys.add(String(request.headers["idempotency-key"]));
    response.writeHead(200, { "content-type": "application/json" }).end("{}");
  });
});
server.keepAliveTimeout = 60_000;
server.listen(0, "127.0.0.1", () => {
  process.send!({ host: `127.0.0.1:${(server.address() as AddressInfo).port}` });
});
process.on("SIGTERM", () => process.exit(0));
