import { type Database, Prisma, type Transaction } from "@drumline/db";

const STATEMENTS = new Set<string | symbol>(["$queryRaw", "$executeRaw"]);

/** This database, whose connection is killed by the server just after the `nth` statement of each transaction, and before its commit. */
export function killedAfter(db: Database, nth: number): Database {
  const run = (work: (tx: Transaction) => Promise<unknown>) =>
    db.$transaction(async (tx) => {
      let statements = 0;
      const result = await work(
        wrap(tx, (name, call) =>
          STATEMENTS.has(name)
            ? async (...args: unknown[]) => {
                const answer = await call(...args);
                if ((statements += 1) === nth) await kill(tx);
                return answer;
              }
            : call,
        ),
      );
      if (statements < nth) await kill(tx);
      return result;
    });
  return wrap(db, (name, call) => (name === "$transaction" ? (run as typeof call) : call));
}

const kill = (tx: Transaction) => tx.$queryRaw(Prisma.sql`SELECT pg_terminate_backend(pg_backend_pid())`);

type Call = (...args: unknown[]) => Promise<unknown>;

function wrap<Of extends object>(object: Of, change: (name: string | symbol, call: Call) => unknown): Of {
  return new Proxy(object, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name);
      return typeof value === "function" ? change(name, (value as Call).bind(target)) : value;
    },
  });
}
