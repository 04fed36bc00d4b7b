import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export type Respond = (request: IncomingMessage, response: ServerResponse, body: string) => void | Promise<void>;

/** Some outside system on a local port; `respond` is what it does, and may be changed on the way. */
export interface LocalServer {
  respond: Respond;
  readonly url: string;
  /** As ECOMNOW_PRIVATE_HOSTS wants it. */
  readonly host: string;
  readonly requests: {
    readonly method: string;
    readonly url: string;
    readonly headers: IncomingMessage["headers"];
    readonly body: string;
  }[];
  close(): Promise<void>;
}

export async function startLocalServer(
  respond: Respond = (_request, response) => void response.end(),
): Promise<LocalServer> {
  const server = createServer((request, response) => {
    void (async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const body = Buffer.concat(chunks).toString();
      local.requests.push({ method: request.method!, url: request.url!, headers: request.headers, body });
      await local.respond(request, response, body);
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const local: LocalServer = {
    respond,
    url: `http://${host}`,
    host,
    requests: [],
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return local;
}
