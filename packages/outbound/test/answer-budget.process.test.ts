import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

import { toWorkerNodeFlags } from "@drumline/core/process";
import { plain, startRawServer } from "@drumline/testing";
import { expect, it } from "@jest/globals";

const CHILD = fileURLToPath(new URL("children/hold-answers.ts", import.meta.url));

it("lets eight partners answer with the heaviest JSON that is allowed, within the heap of a worker", async () => {
  const RECORDS = 240_000;
  const server = await startRawServer(plain(`[${Array.from({ length: RECORDS }, () => "{}").join(",")}]`));
  const child = spawn(process.execPath, [...toWorkerNodeFlags(), "--import", "tsx", CHILD, server.url], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += String(chunk)));
  const [code] = (await once(child, "exit")) as [number | null];
  await server.close();
  expect(output.trim().split("\n")).toEqual(Array.from({ length: 8 * 4 }, () => String(RECORDS)));
  expect(code).toBe(0);
});
