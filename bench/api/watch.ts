import { once } from "node:events";
import { Agent, get, type IncomingMessage } from "node:http";

/** Watches the stream over so many connections. */
export async function openWatchers(
  address: URL,
  token: string,
  count: number,
): Promise<{ readonly bytes: () => number; close(): void }> {
  const agent = new Agent({ maxSockets: Infinity, keepAlive: false });
  const responses: IncomingMessage[] = [];
  let bytes = 0;
  for (let opened = 0; opened < count; opened += 50) {
    await Promise.all(
      Array.from({ length: Math.min(50, count - opened) }, async () => {
        const request = get(new URL("/api/v1/stream", address), {
          agent,
          headers: { authorization: `Bearer ${token}` },
        });
        const [response] = (await once(request, "response")) as [IncomingMessage];
        response.on("data", (chunk: Buffer) => (bytes += chunk.length)).on("error", () => {});
        responses.push(response);
      }),
    );
  }
  return {
    bytes: () => bytes,
    close: () => {
      for (const response of responses) response.destroy();
      agent.destroy();
    },
  };
}
