import { spawn } from "node:child_process";
import { once } from "node:events";

import { describe, expect, it } from "@jest/globals";

const MODULE = new URL("asked-to-end.ts", import.meta.url).href;

/** Runs `code` with `untilAskedToEnd` at hand, and a channel to this process. */
function childThat(code: string) {
  const script = `const { untilAskedToEnd } = await import(${JSON.stringify(MODULE)}); ${code}`;
  return spawn(process.execPath, ["--import", "tsx", "--input-type=module", "-e", script], {
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
}

describe("untilAskedToEnd", () => {
  it("hears that its supervisor is gone", async () => {
    const child = childThat(
      `const end = untilAskedToEnd(); process.send("listening"); if (await end === "disconnect") process.exit(7)`,
    );
    await once(child, "message");
    child.disconnect();
    expect(await once(child, "exit")).toEqual([7, null]);
  });

  it("hears it too when the channel closed before anybody listened", async () => {
    const child = childThat(`
      process.send("booting");
      while (process.connected) await new Promise((resolve) => setTimeout(resolve, 10));
      if (await untilAskedToEnd() === "disconnect") process.exit(7)`);
    await once(child, "message");
    child.disconnect();
    expect(await once(child, "exit")).toEqual([7, null]);
  });
});
