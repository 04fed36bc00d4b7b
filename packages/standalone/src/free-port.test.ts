import { createServer, type Server } from "node:net";

import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";

import { pickPort } from "./free-port.ts";

describe("pickPort", () => {
  let neighbour: Server;
  let takenPort: number;
  beforeEach(async () => {
    neighbour = createServer();
    await new Promise<void>((resolve) => neighbour.listen(0, "127.0.0.1", resolve));
    takenPort = (neighbour.address() as { port: number }).port;
  });
  afterEach(() => void neighbour.close());

  it("takes the next free port when the default is taken", async () => {
    const port = await pickPort({ key: "API_PORT", host: "127.0.0.1", port: takenPort, isFixed: false });
    expect(port).toBeGreaterThan(takenPort);
  });

  it("names key and port when the user's own port is taken", async () => {
    const picked = pickPort({ key: "API_PORT", host: "127.0.0.1", port: takenPort, isFixed: true });
    await expect(picked).rejects.toThrow(`API_PORT=${takenPort}: another process listens on 127.0.0.1:${takenPort}`);
  });

  it("says what the platform said about a host that is not ours", async () => {
    const picked = pickPort({ key: "API_PORT", host: "192.0.2.1", port: takenPort, isFixed: true });
    await expect(picked).rejects.toThrow(/cannot listen on 192\.0\.2\.1 \(EADDRNOTAVAIL\)/);
  });
});
