import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

import { testDatabase, type TestDatabase } from "@drumline/testing";

import { openPool, prepareSession, requireWritable, SteadyClient } from "./index.ts";

const LIMITS = { statementMs: 1_500, idleInTransactionMs: 2_500, lockMs: 3_500 };

describe("a session", () => {
  let database: TestDatabase;
  beforeAll(async () => void (database = await testDatabase()));
  afterAll(() => database.close());

  const settingsOf = async (url: string, schema?: string) => {
    const pool = openPool(url, { max: 1, applicationName: "test", limits: LIMITS, schema });
    try {
      const { rows } = await pool.query(
        `SELECT current_setting('TimeZone') AS zone, current_setting('statement_timeout') AS statement,
           current_setting('idle_in_transaction_session_timeout') AS idle, current_setting('lock_timeout') AS lock,
           current_setting('search_path') AS path`,
      );
      return rows[0] as unknown;
    } finally {
      await pool.end();
    }
  };
  const withOptions = (options: string) => {
    const url = new URL(database.url);
    url.searchParams.set("options", options);
    return url.href;
  };

  it("is in UTC, with the limits of its process and the schema it was asked for", async () => {
    expect(await settingsOf(database.url, "ops")).toEqual({
      zone: "UTC",
      statement: "1500ms",
      idle: "2500ms",
      lock: "3500ms",
      path: "ops",
    });
  });

  it("keeps a limit that URL, role or database set", async () => {
    const url = withOptions("-c statement_timeout=99 -c idle_in_transaction_session_timeout=98 -c lock_timeout=97");
    expect(await settingsOf(url)).toMatchObject({ statement: "99ms", idle: "98ms", lock: "97ms", zone: "UTC" });
  });

  it("sends no startup parameter that a pooler would refuse", () => {
    const client = new SteadyClient({ connectionString: database.url, application_name: "test" });
    const { getStartupConf } = client as unknown as { getStartupConf(): object };
    expect(Object.keys(getStartupConf.call(client)).sort()).toEqual(["application_name", "database", "user"]);
  });

  it("sets no limit behind a pooler, where another backend answers than the login named", async () => {
    const client = new SteadyClient({ connectionString: database.url });
    await client.connect();
    Object.assign(client, { processID: 1 });
    await prepareSession(client, { limits: LIMITS });
    const { rows } = await client.query("SELECT current_setting('statement_timeout') AS limit");
    await client.end();
    expect(rows).toEqual([{ limit: "0" }]);
  });
});

describe("a database that cannot be written to", () => {
  const session = (isStandby: boolean) => ({ query: async () => ({ rows: [{ isStandby, isReadOnly: true }] }) });

  it("is no session when it is a standby, so that no pool keeps it after a failover", async () => {
    await expect(prepareSession(session(true) as never, { limits: LIMITS })).rejects.toThrow(
      /cannot be written to: it is a standby.*primary/,
    );
    await expect(prepareSession(session(false) as never, { limits: LIMITS })).resolves.toBeUndefined();
  });

  it("says of each kind what to do", () => {
    expect(() => requireWritable({ isStandby: false, isReadOnly: true })).toThrow(
      /default_transaction_read_only.*full/,
    );
    expect(() => requireWritable({ isStandby: false, isReadOnly: false })).not.toThrow();
  });
});

describe("a connection that the server ends", () => {
  let database: TestDatabase;
  beforeAll(async () => void (database = await testDatabase()));
  afterAll(() => database.close());

  const end = (client: SteadyClient) => {
    const { processID } = client as unknown as { processID: number };
    return database.db.$queryRaw`SELECT pg_terminate_backend(${processID}::int, 5000)`;
  };
  const broken = async () => {
    const client = new SteadyClient({ connectionString: database.url });
    await client.connect();
    const ended = new Promise((resolve) => client.once("end", resolve));
    await end(client);
    await ended;
    return client;
  };

  it("throws nothing where nobody listens, and refuses the next query", async () => {
    await expect((await broken()).query("SELECT 1")).rejects.toThrow();
  });

  it("is told to whoever listens only then", async () => {
    const client = await broken();
    const heard = await new Promise<Error>((resolve) => client.on("error", resolve));
    expect(heard).toMatchObject({ code: "57P01" });
  });

  it("throws nothing either when its user has taken every listener off, as BullMQ does before it closes", async () => {
    const client = new SteadyClient({ connectionString: database.url });
    await client.connect();
    client.removeAllListeners();
    await end(client);
    await expect(client.query("SELECT 1")).rejects.toThrow();
  });
});
