import { type Database, openDatabase, Prisma } from "@drumline/db";

import type { AuditGateways } from "./fake-aws.ts";

/** A process that dies: from a step on, nothing it does comes through, and nothing it waits for comes back. */
export interface CrashingProcess {
  readonly db: Database;
  readonly gateways: AuditGateways;
  /** Resolves when it is dead. */
  readonly dead: Promise<void>;
  /** Steps it got through. */
  steps(): number;
  /** Its connections end, as those of a killed process do; what it had not committed is undone. */
  disconnect(survivor: Database): Promise<void>;
}

let processes = 0;

/**
 * Dies at the given step. Before and after each statement, transaction's end and call of a gateway there is one, so the
 * steps from 1 on are every moment at which kill -9 can strike between an action and its record.
 */
export function startCrashingProcess(url: string, outside: AuditGateways, diesAt: number): CrashingProcess {
  const applicationName = `crashing ${(processes += 1)}`;
  const real = openDatabase(url, { applicationName });
  let steps = 0;
  let die = () => {};
  const dead = new Promise<void>((resolve) => (die = resolve));
  let isDead = false;

  const step = async (): Promise<void> => {
    if (!isDead && (steps += 1) === diesAt) {
      isDead = true;
      die();
    }
    if (isDead) await new Promise<never>(() => {});
  };
  const around = async <Result>(work: () => Promise<Result>): Promise<Result> => {
    await step();
    const result = await work();
    await step();
    return result;
  };
  const crash = <Client extends object>(client: Client): Client =>
    new Proxy(client, {
      get: (target, name) => {
        const value = Reflect.get(target, name) as unknown;
        if (name === "$transaction")
          return (work: (tx: object) => Promise<unknown>) =>
            around(() =>
              (value as (work: (tx: object) => Promise<unknown>) => Promise<unknown>).call(target, (tx) =>
                work(crash(tx)),
              ),
            );
        if (name === "$queryRaw" || name === "$executeRaw")
          return (sql: Prisma.Sql) => around(() => (value as (sql: Prisma.Sql) => Promise<unknown>).call(target, sql));
        return value;
      },
    });

  const { cognito, mailer, settings } = outside;
  return {
    db: crash(real),
    dead,
    steps: () => steps,
    gateways: {
      settings,
      cognito: {
        async *listUsers(signal) {
          for await (const page of cognito.listUsers(signal)) {
            await step();
            yield page;
          }
        },
        getUser: (...args) => around(() => cognito.getUser(...args)),
        disableUser: (...args) => around(() => cognito.disableUser(...args)),
        enableUser: (...args) => around(() => cognito.enableUser(...args)),
        deleteUser: (...args) => around(() => cognito.deleteUser(...args)),
      },
      mailer: { send: (...args) => around(() => mailer.send(...args)) },
    },
    disconnect: async (survivor) => {
      await survivor.$queryRaw(
        Prisma.sql`SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE application_name = ${applicationName}`,
      );
    },
  };
}
