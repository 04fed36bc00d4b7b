// One try of the work on orders for several shops at once, each with a database of its own. Every shop stands still at the
// step it is told, and once all stand, or are done, the process is killed: one death tries as many places as there are shops.
import { writeSync } from "node:fs";

import { manualClock } from "@drumline/core/clock";
import { type Database, openDatabase, type Prisma, type Transaction } from "@drumline/db";
import { startTaskRun } from "@drumline/testing/task-run";

import { sandboxGateways } from "../sandbox-outside.ts";
import { workOnOrders } from "../shop-work.ts";

export interface ShopAtWork {
  readonly databaseUrl: string;
  readonly runId: string;
  /** Counted from 1; where the work has fewer steps, it is done. */
  readonly stopsAt: number;
}

/** Of a statement, to find it by. */
const SHOWN = 60;

type Step = (name: string) => Promise<void>;

/** Answers the step at which the shop stands for ever; null when its work is done. */
async function workUntil({ databaseUrl, runId, stopsAt }: ShopAtWork): Promise<string | null> {
  let steps = 0;
  let stand: (name: string) => void = () => {};
  const stopped = new Promise<string>((resolve) => (stand = resolve));
  const step: Step = async (name) => {
    steps += 1;
    if (steps === stopsAt) stand(name);
    if (steps >= stopsAt) await new Promise(() => {});
  };
  const db = openDatabase(databaseUrl, { maxConnections: 2 });
  const work = async () => {
    const gateways = {
      ...rest,
      payments: new Map([...payments].map(([name, gateway]) => [name, withSteps(gateway, name, step)])),
      carriers: withSteps(carriers, "carrier", step),
      mailer: withSteps(mailer, "mailer", step),
    };
    const clock = manualClock(new Date(now));
    await workOnOrders(startTaskRun(databaseWithSteps(db, step), gateways, { run: { id: runId }, clock }).context);
    await db.$disconnect();
    return null;
  };
  return await Promise.race([stopped, work()]);
}

/**
 * Each statement that changes something is a step before it is sent, and each transaction one more before it is committed.
 * One that only reads is none: to die before it is to die where the work stood already.
 */
function databaseWithSteps(db: Database, step: Step): Database {
  const stepping = db.$extends({
    query: {
      $allOperations: async ({ operation, args, query }) => {
        const isRead = operation === "$queryRaw" ? /^\s*SELECT\b/.test(toSql(args)) : /^(?:find|count)/.test(operation);
        if (!isRead) await step(toSql(args).trim().slice(0, SHOWN) || operation);
        return await query(args);
      },
    },
  }) as unknown as Database;
  const transact = async (work: (tx: Transaction) => Promise<unknown>) =>
    await stepping.$transaction(async (tx) => {
      const result = await work(tx);
      await step("commit");
      return result;
    });
  return new Proxy(stepping, {
    get: (target, name) => (name === "$transaction" ? transact : (Reflect.get(target, name) as unknown)),
  });
}

const toSql = (args: unknown): string => (args as Partial<Prisma.Sql>).sql ?? "";

/** Each call is a step before it is made, and one more when its answer is there. */
function withSteps<Gateway extends object>(gateway: Gateway, of: string, step: Step): Gateway {
  return new Proxy(gateway, {
    get(target, name) {
      const call: unknown = Reflect.get(target, name);
      if (typeof call !== "function") return call;
      return async (...args: unknown[]) => {
        await step(`before ${of}.${String(name)}`);
        const answer: unknown = await call.apply(target, args);
        await step(`after ${of}.${String(name)}`);
        return answer;
      };
    },
  });
}

const [sandboxUrl = "", now = "", shops = "[]"] = process.argv.slice(2);
const { payments, carriers, mailer, ...rest } = sandboxGateways(sandboxUrl);
const stood = await Promise.all((JSON.parse(shops) as ShopAtWork[]).map(workUntil));
// At once: what is handed to a stream dies with the process.
writeSync(1, JSON.stringify(stood));
if (stood.some((name) => name !== null)) process.kill(process.pid, "SIGKILL");
