import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";

import { startApp, type TestDatabase, testDatabase, testRedis, untilTrue } from "@drumline/testing";
import type { Browser } from "playwright-core";

import { launchBrowser, type OpenPage, openPage, type View } from "./browser.ts";

const BUILD = fileURLToPath(new URL("../build.mjs", import.meta.url));
export const TOKEN = "a-token-for-the-browser-tests";

/** A running api that serves the dashboard, on a database of its own, and a browser to look at it. */
export interface ServedDashboard {
  readonly database: TestDatabase;
  readonly address: string;
  readonly browser: Browser;
  /** As the admin, unless `token` says otherwise; null is nobody. */
  open(view: View, token?: string | null): Promise<OpenPage>;
  /** Ends the api and starts it again at the same address. */
  stopApi(): Promise<void>;
  startApi(): Promise<void>;
  close(): Promise<void>;
}

/** Once per test file. `seed` writes the rows before the api starts. */
export async function serveDashboard(seed: (database: TestDatabase) => Promise<void>): Promise<ServedDashboard> {
  execFileSync(process.execPath, [BUILD], { stdio: ["ignore", "ignore", "inherit"] });
  const [database, redis, browser] = await Promise.all([testDatabase(), testRedis(), launchBrowser()]);
  await seed(database);
  const start = async (port: string) => {
    const api = startApp("api", {
      DATABASE_URL: database.url,
      REDIS_URL: redis?.url ?? "",
      API_PORT: port,
      API_ADMIN_TOKEN: TOKEN,
      LOG_LEVEL: "info",
    });
    await api.ready();
    await untilTrue(() => api.output().includes('"address"'), { what: "the api has said where it listens" });
    return { api, address: /"address":"([^"]+)"/.exec(api.output())![1]! };
  };
  const first = await start("0");
  let { api } = first;
  return {
    database,
    browser,
    address: first.address,
    open: (view, token = TOKEN) => openPage(browser, first.address, view, token ?? undefined),
    stopApi: () => api.kill("SIGKILL"),
    startApi: async () => {
      ({ api } = await start(new URL(first.address).port));
    },
    close: async () => {
      await browser.close();
      await api.kill("SIGKILL");
      await Promise.all([database.close(), redis?.close()]);
    },
  };
}
