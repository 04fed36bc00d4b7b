import { once } from "node:events";
import type { ServerResponse } from "node:http";
import { setTimeout as wait } from "node:timers/promises";

import type { HostileAnswer } from "./mutation.ts";

const DRIP_EVERY_MS = 400;
const FLOOD = Buffer.alloc(64 * 1_024, '"and on", ');
const FLOOD_EVERY_MS = 5;
/** Longer than any gateway may wait. */
const LONGEST_MS = 120_000;

/** Writes an answer to its end, which need not be a good one. */
export async function sendAnswer(response: ServerResponse, answer: HostileAnswer): Promise<void> {
  const { status, headers, body, ending } = answer;
  if (ending === "nothing") {
    response.socket?.resetAndDestroy();
    return;
  }
  response.writeHead(status, headers);
  switch (ending) {
    case "end":
      response.end(body);
      return;
    case "cut":
      response.write(body, () => response.destroy());
      return;
    case "reset":
      response.write(body, () => response.socket?.resetAndDestroy());
      return;
    case "hang":
      response.flushHeaders();
      await Promise.race([once(response, "close"), wait(LONGEST_MS, undefined, { ref: false })]);
      return;
    case "drip":
      await drip(response, body);
      return;
    case "endless":
      await flood(response, body);
  }
}

async function drip(response: ServerResponse, body: Buffer): Promise<void> {
  const until = Date.now() + LONGEST_MS;
  for (let at = 0; at < body.length && !response.destroyed && Date.now() < until; at += 1) {
    response.write(body.subarray(at, at + 1));
    await wait(DRIP_EVERY_MS);
  }
  response.end();
}

async function flood(response: ServerResponse, body: Buffer): Promise<void> {
  const until = Date.now() + LONGEST_MS;
  response.write(body.subarray(0, Math.max(1, body.length - 2)));
  while (!response.destroyed && Date.now() < until) {
    if (!response.writableNeedDrain) response.write(FLOOD);
    await wait(FLOOD_EVERY_MS);
  }
  response.destroy();
}
