import type { Env, Settings } from "@drumline/core/config";

/**
 * Every setting of every process. Loads each process's config.ts, and with it what that needs: only for commands
 * that look at all of them. `env` decides which of the worker's are judged for production.
 */
export async function loadAllSettings(env: Env = {}): Promise<Readonly<Record<string, Settings>>> {
  const [{ beatSettings }, { toWorkerSettings }, { apiSettings }, { sandboxSettings }, { startSettings }] =
    await Promise.all([
      import("../../beat/src/config.ts"),
      import("../../worker/src/config.ts"),
      import("../../api/src/config.ts"),
      import("../../sandbox/src/config.ts"),
      import("@drumline/standalone/settings"),
    ]);
  return {
    beat: beatSettings,
    worker: toWorkerSettings(env),
    api: apiSettings,
    sandbox: sandboxSettings,
    start: startSettings,
  };
}
