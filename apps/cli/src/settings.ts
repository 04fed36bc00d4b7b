import type { Settings } from "@drumline/core/config";

/**
 * Every setting of every process. Loads each process's config.ts, and with it what that needs: only for commands
 * that look at all of them.
 */
export async function loadAllSettings(): Promise<Readonly<Record<string, Settings>>> {
  const [{ beatSettings }, { workerSettings }, { apiSettings }, { sandboxSettings }, { startSettings }] =
    await Promise.all([
      import("../../beat/src/config.ts"),
      import("../../worker/src/config.ts"),
      import("../../api/src/config.ts"),
      import("../../sandbox/src/config.ts"),
      import("@drumline/standalone/settings"),
    ]);
  return {
    beat: beatSettings,
    worker: workerSettings,
    api: apiSettings,
    sandbox: sandboxSettings,
    start: startSettings,
  };
}
