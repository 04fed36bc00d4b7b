import { type CommandLine, openCommandLine } from "@drumline/testing";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

describe("drumline maintenance", () => {
  let cli: CommandLine;
  beforeAll(async () => void (cli = await openCommandLine()));
  afterAll(() => cli.close());

  const drumline = (...args: string[]) => cli.run("maintenance", ...args);

  it("makes a window, lists it, ends it early and tells its history, with who and why", async () => {
    const named = ["--name", "upgrade", "--reason", "PostgreSQL 18", "--queue", "oms", "shop"];
    const made = await drumline("create", ...named, "--minutes", "60*2", "--by", "Olga", "--json");
    expect([made.code, made.errors]).toEqual([0, ""]);
    const { id } = JSON.parse(made.output) as { id: string };
    expect((await drumline()).output).toMatch(/upgrade +1 +oms, shop .*PostgreSQL 18\n$/);
    expect((await drumline("end", id, "--why", "done early", "--by", "Olga")).code).toBe(0);
    expect((await drumline("history", id)).output).toMatch(/upgrade +PostgreSQL 18 +Olga: done early\n$/);
    expect(await drumline("end", id, "--why", "again")).toMatchObject({ code: 1, output: "" });
    const refused = await drumline("create", ...named, "--crontab", "0 25 * * *", "--minutes", "5");
    expect(refused).toMatchObject({ code: 2, output: "" });
    expect(refused.errors).toContain('hour "25" is outside 0-23');
  });
});
