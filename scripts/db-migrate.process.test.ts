import { spawnSync } from "node:child_process";

import { describe, expect, it } from "@jest/globals";

/** Every word of the password is TAIL or holds it. */
const migrateAt = (url: string) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, ["--import", "tsx", "scripts/db-migrate.ts"], {
    encoding: "utf8",
    env: { PATH: process.env["PATH"], DATABASE_URL: url },
  });
  return { status, said: stdout + stderr };
};

describe("npm run db:migrate", () => {
  it.each([
    ["postgresql://u:p@TAIL@127.0.0.1:1/db", /cannot connect to PostgreSQL at postgresql:\/\/127\.0\.0\.1:1\/db/],
    [
      "postgresql://127.0.0.1:1/db?user=u&password=TAIL",
      /cannot connect to PostgreSQL at postgresql:\/\/127\.0\.0\.1:1\/db/,
    ],
    ["postgresql://u:p/TAIL@127.0.0.1:1/db", /DATABASE_URL=\[secret\].*percent-encoded/s],
  ])("says what is wrong with %s, and shows no piece of its password", (url, message) => {
    const { status, said } = migrateAt(url);
    expect(status).toBe(1);
    expect(said).toMatch(message);
    expect(said).not.toContain("TAIL");
  });

  it("refuses ?schema=, which nothing would read, before it makes a table anywhere", () => {
    const { status, said } = migrateAt("postgresql://u:p@127.0.0.1:1/t?schema=ops");
    expect(status).toBe(1);
    expect(said).toContain("expected no ?schema=");
  });
});
