import { openProblems, type ProblemKind } from "@drumline/problems";
import { type CommandLine, openCommandLine } from "@drumline/testing";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";

const HELD: ProblemKind = { context: "oms", name: "ORDER_HELD", severity: "WARNING", cure: "Look at the order." };

describe("drumline problems", () => {
  let cli: CommandLine;
  beforeAll(async () => void (cli = await openCommandLine()));
  afterAll(() => cli.close());
  beforeEach(async () => {
    await cli.db.$executeRaw`TRUNCATE problem, audit_event RESTART IDENTITY`;
    const held = ["10001", "10002"].map((key) => ({ kind: HELD, subject: { type: "order", key }, reason: "it waits" }));
    await openProblems(cli.db, held, new Date("2026-11-26T12:00:00Z"));
  });

  const drumline = (...args: string[]) => cli.run("problems", ...args);
  const keysOf = ({ output }: { output: string }) =>
    (JSON.parse(output) as { subjectKey: string }[]).map(({ subjectKey }) => subjectKey);

  it("lists what is open, all of it or by kind, context and subject, and shows one with its cure", async () => {
    await cli.db.problem.update({ where: { id: 1n }, data: { closedAt: new Date(), ending: "BY_ITSELF" } });
    const filter = ["--kind", "ORDER_HELD", "--context", "oms", "--subject", "10002"];
    const [table, some, all, one] = await Promise.all([
      drumline(),
      drumline("--json", ...filter),
      drumline("--json", "--all"),
      drumline("1"),
    ]);
    expect(table.output).toMatch(/WARNING +ORDER_HELD +order 10002 .*1× +open +it waits\n$/);
    expect([keysOf(some), keysOf(all)]).toEqual([["10002"], ["10002", "10001"]]);
    expect(one.output).toMatch(/^cure +Look at the order\.$/m);
  });

  it("closes one with who and why, and not a second time", async () => {
    const closed = await drumline("resolve", "1", "--note", "called the client", "--by", "Olga");
    expect(closed).toMatchObject({ code: 0, output: "problem 1 is closed\n" });
    expect(await cli.db.problem.findUniqueOrThrow({ where: { id: 1n } })).toMatchObject({
      closedBy: "Olga",
      note: "called the client",
      ending: "BY_PERSON",
    });
    expect(await cli.db.auditEvent.findMany()).toMatchObject([
      {
        actor: "Olga",
        entityType: "problem",
        entityId: "1",
        content: {
          action: "resolve",
          kind: "ORDER_HELD",
          subjectKey: "10001",
          note: "called the client",
          accepted: false,
        },
      },
    ]);
    expect(await drumline("resolve", "1", "--note", "again")).toMatchObject({
      code: 1,
      errors: expect.stringContaining("was closed by Olga already"),
    });
  });

  it("accepts one as it is, in the name of whoever sits at the command line", async () => {
    const accepted = await drumline("resolve", "2", "--note", "so be it", "--accept", "--json");
    expect(JSON.parse(accepted.output)).toMatchObject({ accepted: true, closedBy: expect.stringMatching(/^cli: ./) });
  });

  it.each([
    ["an id that is none", ["abc"], 2, "is no id of a problem"],
    ["a note that is missing", ["resolve", "1"], 2, "--note"],
    ["a note that is empty", ["resolve", "1", "--note", " "], 2, "--note is empty"],
    ["a limit that is no number", ["--limit", "all"], 2, "--limit all"],
    ["a problem that is not there", ["99"], 1, "there is no problem 99"],
    ["resolving one that is not there", ["resolve", "99", "--note", "x"], 1, "there is no problem 99"],
  ])("exits for %s, and says what is wrong", async (_what, args, code, said) => {
    expect(await drumline(...args)).toMatchObject({ code, errors: expect.stringContaining(said) });
  });
});
