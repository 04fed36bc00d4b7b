import { describe, expect, it } from "@jest/globals";
import { connectToServer, UnreachableDatabase } from "./connect-to-server.ts";

describe("connectToServer", () => {
  it("says where nobody answers and what to look at, and keeps the password to itself", async () => {
    const refused = connectToServer("postgresql://drumline:secret@localhost:1/drumline", "test");
    await expect(refused).rejects.toThrow(UnreachableDatabase);
    await expect(refused).rejects.toThrow(
      /drumline:\*\*\*@localhost:1\/drumline: .*ECONNREFUSED.*Is it running, and is DATABASE_URL right\?/,
    );
  });

  it("says the same of a name that does not exist", async () => {
    await expect(connectToServer("postgresql://drumline@no-such-host.invalid/drumline", "test")).rejects.toThrow(
      /no-such-host.invalid/,
    );
  });
});
