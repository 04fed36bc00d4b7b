import { type Clock, SECOND_MS } from "@drumline/core/clock";
import { LOCK_LIMIT_ALONE } from "@drumline/core/postgres";
import { messageOf } from "@drumline/core/errors";
import { toWorkerNodeFlags } from "@drumline/core/process";
import type { Env, ValuesOf } from "@drumline/core/config";

import { buildDashboard } from "./build-dashboard.ts";
import { hasAdminToken, loadOrCreateAdminToken } from "./admin-token.ts";
import {
  needsSandbox,
  sandboxPlaysAws,
  sandboxPlaysMollie,
  type Ports,
  toApiEnv,
  toBeatEnv,
  toDemoTimings,
  toSandboxEnv,
  toWorkerEnv,
} from "./child-env.ts";
import { createFirstSignIn } from "./first-sign-in.ts";
import { type ProcessGroup, SANDBOX, DATABASES } from "../process-group/process-group.ts";
import { pickPort } from "../free-port.ts";
import type { InstanceLock } from "./instance-lock.ts";
import { launchDatabases, type DatabaseUrls } from "../process-group/launch-databases.ts";
import type { Screen } from "./screen.ts";
import { loadOrCreateSecretKey } from "./secret-key.ts";
import type { StartOptions } from "./start-settings.ts";
import type { startSettings } from "./start-settings.ts";
import { type ChildSpec, mainOf } from "../process-group/supervised-child.ts";
import { watchCounters } from "./watch-counters.ts";
import type { Dataset } from "./dataset.ts";

const CONNECTION = { maxConnections: 1, applicationName: "drumline start", limits: LOCK_LIMIT_ALONE };

export interface BringUp {
  readonly options: StartOptions;
  readonly env: Env;
  readonly config: ValuesOf<typeof startSettings>;
  readonly dataset: Dataset;
  readonly group: ProcessGroup;
  readonly lock: InstanceLock;
  readonly screen: Screen;
  readonly clock: Clock;
  /** Aborted when the start is over. */
  readonly signal: AbortSignal;
}

const SANDBOX_GRACE_MS = 5 * SECOND_MS;

/** Starts what does not depend on each other at once, then counts until `signal` is aborted. */
export async function bringUp(context: BringUp): Promise<void> {
  const { options, env, config, dataset, group, screen, clock, signal } = context;
  const startedAtMs = clock.now().getTime();
  const timed = timeSteps(context);
  const isTokenKnown = hasAdminToken(options.stateDir);
  // Reading the database driver takes as long as starting a database: both are under way before anyone needs them.
  const drivers = Promise.all([
    import("@drumline/db"),
    import("@drumline/db/migrate"),
    import("@drumline/db/running-databases"),
  ]);
  // It is awaited below; a start that ends before then has said why.
  drivers.catch(() => {});
  // A port that the user chose is worth a word before anything else is begun.
  if (env["API_PORT"]) await pickPortOf("api", context);
  const sandboxPort = needsSandbox(config) ? await pickPortOf("sandbox", context) : config.sandboxPort;

  const dashboard = buildDashboard(screen, signal);
  const sandbox = needsSandbox(config) ? timed("sandbox", group.launch(sandboxSpec(context, sandboxPort))) : null;
  let databases = await timed(
    "databases",
    launchDatabases(config, { group, env, dir: dataset.dir }, (moved) => {
      databases = moved;
      screen.say("  the databases came back at another address; starting everyone else again");
      group.restartAllBut(DATABASES);
    }),
  );
  const [{ openDatabase }, { migrate }, { saveRunningDatabases }] = await drivers;
  await timed("tables", migrate(databases.databaseUrl));
  await sandbox;
  if (needsSandbox(config)) await timed("partners and users", seedDemo(context, databases.databaseUrl, sandboxPort));
  await dashboard;
  const ports = { sandbox: sandboxPort, api: await pickPortOf("api", context) };
  const specs = engineSpecs(context, ports, () => databases);
  await timed(specs.map(({ name }) => name).join(", "), Promise.all(specs.map((spec) => group.launch(spec))));

  saveRunningDatabases(options.stateDir, { ...databases, pid: process.pid });
  const db = openDatabase(databases.databaseUrl, CONNECTION);
  const signIn = await createFirstSignIn(db, clock, { isRepeated: screen.isTerminal });
  announce(context, ports, { isTokenKnown, signIn });
  await Promise.all([openShop(context, ports), watchCounters(db, { screen, clock, signal, startedAtMs })]);
  await db.$disconnect();
}

/** Whom the sandbox plays, in our tables. */
async function seedDemo({ env, config, clock }: BringUp, databaseUrl: string, sandboxPort: number): Promise<void> {
  const [{ openDatabase }, { seedPartners, seedUserAudit }, { seedIntegration }] = await Promise.all([
    import("@drumline/db"),
    import("../demo/seed-demo.ts"),
    import("../demo/seed-integration.ts"),
  ]);
  const db = openDatabase(databaseUrl, CONNECTION);
  const sandboxUrl = `http://127.0.0.1:${sandboxPort}`;
  try {
    await seedPartners(db, clock, sandboxUrl);
    await seedIntegration(db, clock, sandboxUrl);
    if (sandboxPlaysAws(env, config)) await seedUserAudit(db, clock, sandboxUrl);
  } finally {
    await db.$disconnect();
  }
}

/** The demonstration's shop tells the api of its shoppers for as long as it runs; what goes wrong is said, and stops nothing. */
async function openShop(context: BringUp, ports: Ports): Promise<void> {
  const { env, options, config, screen, clock, signal } = context;
  if (!sandboxPlaysMollie(env, config)) return;
  const [{ seedShop }, { liveShop }] = await Promise.all([
    import("../demo/seed-shop.ts"),
    import("../demo/live-shop.ts"),
  ]);
  try {
    const api = { url: `http://127.0.0.1:${ports.api}`, token: adminTokenOf(context) };
    const sandbox = { url: `http://127.0.0.1:${ports.sandbox}`, token: config.sandboxToken };
    const shop = { api, sandbox, clock, signal };
    // Shoppers come at once: the first orders are packed only when their payments were seen.
    await Promise.all([seedShop(shop), liveShop(shop, options.seed ?? config.sandboxSeed, (line) => screen.say(line))]);
  } catch (error) {
    if (!signal.aborted) screen.say(`  the demonstration's shop is not complete: ${messageOf(error)}`);
  }
}

/** Asked right before it is used: until then another process may take it. */
async function pickPortOf(app: "api" | "sandbox", { env, config, screen }: BringUp): Promise<number> {
  const { key, ...wish } =
    app === "api"
      ? { key: "API_PORT", host: config.apiHost, port: config.apiPort }
      : { key: "SANDBOX_PORT", host: "127.0.0.1", port: config.sandboxPort };
  const port = await pickPort({ key, ...wish, isFixed: Boolean(env[key]) });
  if (port !== wish.port) screen.say(`  port ${wish.port} is taken; ${key} is ${port} this time`);
  return port;
}

function sandboxSpec({ env, options, dataset }: BringUp, port: number): ChildSpec {
  return {
    name: SANDBOX,
    main: mainOf("sandbox"),
    env: () => toSandboxEnv(env, options, dataset, port),
    graceMs: SANDBOX_GRACE_MS,
  };
}

function engineSpecs(context: BringUp, ports: Ports, databases: () => DatabaseUrls): ChildSpec[] {
  const { env, config, options } = context;
  // Two seconds more than they give themselves.
  const graceMs = (config.shutdownGraceSeconds + 2) * SECOND_MS;
  const numbered = (index: number) => (options.workers === 1 ? "worker" : `worker-${index + 1}`);
  return [
    { name: "beat", main: mainOf("beat"), env: () => toBeatEnv(env, databases()), graceMs },
    ...Array.from({ length: options.workers }, (_, index) => ({
      name: numbered(index),
      main: mainOf("worker"),
      nodeFlags: toWorkerNodeFlags(config.workerHeapMb),
      env: () => toWorkerEnv(env, databases(), config, { ports, secretKey: secretKeyOf(context) }),
      graceMs,
    })),
    {
      name: "api",
      main: mainOf("api"),
      env: () =>
        toApiEnv(env, databases(), { ports, adminToken: adminTokenOf(context), secretKey: secretKeyOf(context) }),
      graceMs,
    },
  ];
}

/** The user's own, or this folder's. */
const adminTokenOf = ({ env, options }: BringUp): string =>
  env["API_ADMIN_TOKEN"] || loadOrCreateAdminToken(options.stateDir);

const secretKeyOf = ({ env, options }: BringUp): string =>
  env["ECOMNOW_SECRET_KEY"] || loadOrCreateSecretKey(options.stateDir);

interface Access {
  readonly isTokenKnown: boolean;
  readonly signIn: Awaited<ReturnType<typeof createFirstSignIn>>;
}

function announce(context: BringUp, ports: Ports, { isTokenKnown, signIn }: Access): void {
  const { config, env, lock, screen, dataset, options } = context;
  const apiUrl = `http://${config.apiHost === "0.0.0.0" ? "127.0.0.1" : config.apiHost}:${ports.api}`;
  lock.noteUrls([apiUrl]);
  screen.say("");
  // A token that the user chose is no news to them, nor is one of an earlier start: neither must end up in a log.
  const isOwn = Boolean(env["API_ADMIN_TOKEN"]);
  const isShown = !isOwn && (!isTokenKnown || screen.isTerminal);
  const elsewhere = isOwn ? "the one of API_ADMIN_TOKEN" : `the one in ${options.stateDir}/admin-token`;
  if (signIn !== null) {
    screen.say(`  sign in       ${apiUrl}/sign-in#link=${signIn.token}`);
    screen.say(
      `                as ${signIn.name}, once and within 15 minutes; another one: npx drumline users link ${signIn.name}`,
    );
  }
  screen.say(`  dashboard     ${apiUrl}/${isShown ? `#token=${adminTokenOf(context)}` : ""}`);
  screen.say(`  api docs      ${apiUrl}/docs`);
  screen.say(`  admin token   ${isShown ? adminTokenOf(context) : elsewhere}`);
  if (needsSandbox(config)) screen.say(`  sandbox       http://127.0.0.1:${ports.sandbox}/`);
  if (sandboxPlaysAws(env, config)) screen.say(`  mailbox       http://127.0.0.1:${ports.sandbox}/mailbox`);
  screen.say(`  data          ${dataset.dir}`);
  screen.say(`  logs          ${options.stateDir}/logs`);
  const quick = Object.entries(toDemoTimings(env)).map(([key, seconds]) => `${key}=${seconds}`);
  if (quick.length > 0) screen.say(`\n  Demo timing, in seconds; set these to change it:\n    ${quick.join("\n    ")}`);
  screen.say("  Ctrl-C stops everything.\n");
}

/** Says how long each step took once it is done. */
function timeSteps({ screen, clock }: BringUp) {
  return async <Result>(what: string, work: Promise<Result>): Promise<Result> => {
    const startedAtMs = clock.now().getTime();
    const result = await work;
    screen.step(what, clock.now().getTime() - startedAtMs);
    return result;
  };
}
