import { describe, expect, it } from "@jest/globals";
import { messageOf } from "@drumline/core/errors";
import { connectToServer, UnreachableDatabase } from "./connect-to-server.ts";

describe("connectToServer", () => {
  it("says where nobody answers and what to look at, and keeps the password to itself", async () => {
    const refused = connectToServer("postgresql://drumline:secret@localhost:1/drumline", "test");
    await expect(refused).rejects.toThrow(UnreachableDatabase);
    await expect(refused).rejects.toThrow(
      /at postgresql:\/\/localhost:1\/drumline: .*ECONNREFUSED.*Is it running, and is DATABASE_URL right\?/,
    );
  });

  it.each([
    ["postgresql://u:p@TAIL@127.0.0.1:1/db"],
    ["postgresql://127.0.0.1:1/db?user=u&password=TAIL"],
    ["postgresql://u:a/TAIL@127.0.0.1:1/db"],
    ["postgresql://u:a#TAIL@127.0.0.1:1/db"],
    ["postgresql://u:a?TAIL@127.0.0.1:1/db"],
    ["postgresql://u:%zzTAIL@127.0.0.1:1/db"],
    ["postgresql://u:a%20b:TAIL@127.0.0.1:1/db"],
  ])("shows no piece of a password, however it is spelled: %s", async (url) => {
    const error = await connectToServer(url, "test").catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(UnreachableDatabase);
    expect(messageOf(error)).not.toContain("TAIL");
  });

  it("says the same of a name that does not exist", async () => {
    await expect(connectToServer("postgresql://drumline@no-such-host.invalid/drumline", "test")).rejects.toThrow(
      /no-such-host.invalid/,
    );
  });
});
