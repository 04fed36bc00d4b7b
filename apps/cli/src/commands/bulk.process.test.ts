import { randomUUID } from "node:crypto";

import { insertBulkAction } from "@drumline/engine";
import { type CommandLine, openCommandLine } from "@drumline/testing";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";

describe("drumline bulk", () => {
  let cli: CommandLine;
  beforeAll(async () => void (cli = await openCommandLine()));
  afterAll(() => cli.close());
  beforeEach(async () => void (await cli.db.$executeRaw`TRUNCATE bulk_action, audit_event CASCADE`));

  const put = async (action: string): Promise<string> => {
    const id = randomUUID();
    const wanted = { id, action, filter: { status: "FAILED" }, params: {}, requestedBy: "Olga" };
    await cli.db.$transaction((tx) => insertBulkAction(tx, wanted));
    return id;
  };

  it("lists them newest first, and shows one with what became of each row", async () => {
    const id = await put("runs.retry");
    await cli.db.$executeRaw`
      INSERT INTO bulk_action_row (bulk_action_id, row_id, outcome, reason)
      VALUES (${id}::uuid, 'a', 'DONE', NULL), (${id}::uuid, 'b', 'SKIPPED', 'has ended'), (${id}::uuid, 'c', NULL, NULL)`;
    await cli.db.$executeRaw`UPDATE bulk_action SET matched = 3, done = 1, skipped = 1`;
    expect(JSON.parse((await cli.run("bulk", "list", "--json")).output)).toMatchObject([{ id, action: "runs.retry" }]);
    const { output } = await cli.run("bulk", "show", id);
    expect(output).toMatch(/^runs\.retry {2}MATCHING {2}by Olga\n3 rows: 1 done, 1 skipped, 0 failed\n/);
    expect(output).toMatch(/\nb +SKIPPED +has ended *\nc +WAITING/);
    const waiting = JSON.parse((await cli.run("bulk", "show", id, "--outcome", "WAITING", "--json")).output) as object;
    expect(waiting).toMatchObject({ matched: 3, rows: [{ rowId: "c", outcome: null }] });
  });

  it("ends one, which is on record, and says of others why not", async () => {
    const id = await put("runs.cancel");
    expect(await cli.run("bulk", "abort", id, "--by", "Ada")).toMatchObject({ code: 0, errors: "" });
    expect(await cli.db.bulkAction.findUniqueOrThrow({ where: { id } })).toMatchObject({ abortRequestedBy: "Ada" });
    expect(await cli.db.auditEvent.findMany()).toMatchObject([
      { actor: "Ada", entityType: "bulk_action", entityId: id, content: { action: "abort", via: "cli" } },
    ]);
    await cli.db.$executeRaw`UPDATE bulk_action SET state = 'DONE', finished_at = now()`;
    expect(await cli.run("bulk", "abort", id)).toMatchObject({ code: 1, errors: `${id} has ended: DONE\n` });
    expect((await cli.run("bulk", "abort", randomUUID())).code).toBe(1);
    expect(await cli.run("bulk", "show", "7")).toMatchObject({ code: 2, errors: expect.stringContaining("bulk list") });
  });
});
