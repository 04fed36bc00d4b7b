import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** A vendor's feed of product data: `/<lines>/<edition>.csv`. Every line differs from edition to edition. */
const server = createServer((request, response) => {
  const [, lines, edition] = /^\/(\d+)\/(\d+)\.csv$/.exec(request.url ?? "") ?? [];
  response.writeHead(200, { "content-type": "text/csv" });
  let next = 0;
  const write = () => {
    while (next < Number(lines)) {
      let text = next === 0 ? "sku,quantity,name,description,brand,barcode,category,price,currency\n" : "";
      for (const until = Math.min(next + 500, Number(lines)); next < until; next += 1)
        text += `SKU-${next},${(next + Number(edition)) % 97},Product number ${next},"Good, and of number ${next}",Brand ${next % 50},${8710000000000 + next},Home > Kitchen > Range ${next % 300},${(next % 900) + 1}.95,EUR\n`;
      if (!response.write(text)) {
        response.once("drain", write);
        return;
      }
    }
    response.end();
  };
  write();
});
server.listen(0, "127.0.0.1", () => {
  process.send!({ host: `127.0.0.1:${(server.address() as AddressInfo).port}` });
});
process.on("SIGTERM", () => process.exit(0));
