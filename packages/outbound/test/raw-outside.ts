import { manualClock } from "@drumline/core/clock";
import { type RawAnswer, type RawServer, startRawServer } from "@drumline/testing";

import { createHttpClient, createTransport, type HttpClient, type HttpClientOptions } from "../src/http/index.ts";

export const TIMEOUT_MS = 20_000;
export const NOW = new Date("2026-11-20T12:00:00Z");

/** Servers that answer with raw bytes, and what calls them; `close` ends all that were opened since the last. */
export function openRawOutside() {
  const closing: (() => unknown)[] = [];

  const transport = (options?: Parameters<typeof createTransport>[0]) => {
    const opened = createTransport(options);
    closing.push(opened.close);
    return opened;
  };

  return {
    transport,
    client: (baseUrl: string, options: Partial<HttpClientOptions> = {}): HttpClient =>
      createHttpClient({
        name: "Omnitron",
        baseUrl,
        headers: {},
        credentialsCure: "Set OMNITRON_TOKEN.",
        timeoutMs: TIMEOUT_MS,
        retries: 0,
        clock: manualClock(NOW),
        transport: transport(),
        ...options,
      }),
    serve: async (answer: RawAnswer): Promise<RawServer> => {
      const server = await startRawServer(answer);
      closing.push(server.close);
      return server;
    },
    close: async (): Promise<void> => {
      // Those who call first, so that no server waits for them.
      for (const close of closing.splice(0).toReversed()) await close();
    },
  };
}
