import { describe, expect, it } from "@jest/globals";
import { startSandbox } from "./sandbox-process.ts";

describe("startSandbox", () => {
  it("plays the outside on a port of its own, with the faults it is told, until it is closed", async () => {
    const sandbox = await startSandbox({ env: { SANDBOX_SEED: "7", SANDBOX_TOKEN: "key" } });
    const locations = () => fetch(`${sandbox.url}/api/i1/stock_locations`, { headers: { authorization: "Token key" } });
    expect((await locations()).status).toBe(200);
    await sandbox.setFaults([{ match: "/api/i1/stock_locations", kind: "status", status: 503 }]);
    expect((await locations()).status).toBe(503);
    await sandbox.setFaults([]);
    expect((await locations()).status).toBe(200);
    await sandbox.close();
    await expect(locations()).rejects.toThrow();
  });

  it("shows what the sandbox said when it does not start", async () => {
    await expect(startSandbox({ env: { SANDBOX_SPEED: "fast" } })).rejects.toThrow(/SANDBOX_SPEED/);
  });
});
