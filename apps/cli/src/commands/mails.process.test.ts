import { randomUUID } from "node:crypto";

import { type CommandLine, openCommandLine } from "@drumline/testing";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

const LONG_AGO = new Date("2026-01-01T00:00:00Z");

describe("drumline mail", () => {
  let cli: CommandLine;
  beforeAll(async () => void (cli = await openCommandLine()));
  afterAll(() => cli.close());

  const drumline = (...args: string[]) => cli.run("mail", ...args);
  async function putMail(status: "UNKNOWN" | "FAILED"): Promise<string> {
    const id = randomUUID();
    const mail = { key: `k/${id}`, kind: "api-status", recipient: "r@example.com", subject: "s", textBody: "t" };
    await cli.db.mail.create({ data: { id, ...mail, createdAt: LONG_AGO, status, settledAt: LONG_AGO } });
    return id;
  }

  it("lists mails, all of them or those of a status", async () => {
    await putMail("UNKNOWN");
    const failed = await putMail("FAILED");
    const [all, some] = await Promise.all([drumline("list"), drumline("list", "--status", "FAILED", "--json")]);
    expect(all.output).toMatch(/UNKNOWN +api-status +r@example\.com/);
    expect(JSON.parse(some.output)).toMatchObject([{ id: failed, status: "FAILED" }]);
  });

  it("settles one as a person says, once", async () => {
    const [unknown, failed] = [await putMail("UNKNOWN"), await putMail("FAILED")];
    const [sent, queued] = await Promise.all([
      drumline("resolve", unknown, "--sent", "--by", "Olga"),
      drumline("resolve", failed, "--not-sent"),
    ]);
    expect(sent).toMatchObject({ code: 0, output: `mail ${unknown} is SENT\n` });
    expect(queued).toMatchObject({ output: `mail ${failed} is QUEUED\n` });
    expect(await cli.db.mail.findUnique({ where: { id: unknown } })).toMatchObject({ settledBy: "Olga" });
    const again = await drumline("resolve", unknown, "--sent");
    expect(again).toMatchObject({ code: 1, errors: expect.stringContaining("the mail is SENT") });
  });

  it.each([
    ["an id that is none", ["resolve", "abc", "--sent"], 2, "is no id of a mail"],
    ["no word", ["resolve", randomUUID()], 2, "--sent or --not-sent"],
    ["both words", ["resolve", randomUUID(), "--sent", "--not-sent"], 2, "--sent or --not-sent"],
    ["a mail that is not there", ["resolve", randomUUID(), "--sent"], 1, "there is no mail"],
    ["a limit that is no number", ["list", "--limit", "all"], 2, "--limit all"],
  ])("exits for %s, and says what is wrong", async (_what, args, code, said) => {
    expect(await drumline(...args)).toMatchObject({ code, errors: expect.stringContaining(said) });
  });
});
