import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

interface Hook {
  readonly rawBody: Buffer;
  readonly headers: Readonly<Record<string, string | undefined>>;
}

/** A receiver of webhooks on this machine. */
export function listenForHooks() {
  let server: Server | null = null;
  const hooks: Hook[] = [];
  let wake: () => void = () => undefined;
  return {
    url: () => `http://127.0.0.1:${(server!.address() as AddressInfo).port}`,
    start: () =>
      new Promise<void>((resolve) => {
        server = createServer((request, response) => {
          const chunks: Buffer[] = [];
          request.on("data", (chunk: Buffer) => chunks.push(chunk));
          request.on("end", () => {
            hooks.push({ rawBody: Buffer.concat(chunks), headers: request.headers as Hook["headers"] });
            response.end();
            wake();
          });
        }).listen(0, "127.0.0.1", resolve);
      }),
    next: async (isIt: (body: string) => boolean): Promise<Hook> => {
      for (;;) {
        const found = hooks.find(({ rawBody }) => isIt(rawBody.toString()));
        if (found !== undefined) return found;
        await new Promise<void>((resolve) => (wake = resolve));
      }
    },
    stop: () =>
      new Promise<void>((resolve) => {
        server?.closeAllConnections();
        if (server === null) resolve();
        else server.close(() => resolve());
      }),
  };
}
