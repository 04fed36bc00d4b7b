import { spawnSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { type CommandLine, createFinding, openCommandLine } from "@drumline/testing";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

const LONG_AGO = new Date("2024-01-01T00:00:00Z");

describe("drumline top, audit and order", () => {
  let cli: CommandLine;
  beforeAll(async () => {
    cli = await openCommandLine();
    await cli.db.schedule.create({
      data: {
        id: randomUUID(),
        key: "refunds",
        source: "API",
        task: "RefundUpdates",
        timeoutMs: 60_000n,
        triggerKind: "INTERVAL",
        everyMs: 3_600_000n,
        contentHash: "h",
        anchorAt: new Date(),
      },
    });
  });
  afterAll(() => cli.close());

  it("shows one screen of 80 columns without colour where nobody sits at a terminal, and the same as JSON", async () => {
    const screen = await cli.run("top");
    expect(screen).toMatchObject({ code: 0, errors: "" });
    expect(screen.output).toMatch(/^drumline {2}20.* open problems 0\nNo beat lives: no schedule fires/);
    expect(screen.output).toMatch(/\nNext\n +59 m \d\d s {2}refunds /);
    // oxlint-disable-next-line no-control-regex -- no sequence of a terminal may be in it
    expect(screen.output).not.toMatch(/\u001b/);
    expect(screen.output.split("\n").every((line) => line.length <= 80)).toBe(true);
    expect(JSON.parse((await cli.run("top", "--json")).output)).toMatchObject({
      schedulesOn: 1,
      next: [{ key: "refunds" }],
    });
  });

  it("lists findings, and decides all that match after a preview", async () => {
    const [ann] = [await putFinding("ann", "EU"), await putFinding("ben", "US")];
    expect(JSON.parse((await cli.run("audit", "list", "--platform", "EU", "--json")).output)).toMatchObject([
      { id: ann },
    ]);
    const decide = ["audit", "decide", "--platform", "EU", "--action", "DISABLE_IN_AWS", "--by", "Ada"];
    expect(await cli.run(...decide)).toMatchObject({ code: 4, output: "", errors: expect.stringContaining("ann") });
    expect(await cli.run(...decide, "--yes", "--jsonl")).toMatchObject({
      code: 0,
      output: `{"id":"${ann}","outcome":"SET"}\n`,
    });
    expect(await cli.db.userAudit.findMany({ orderBy: { id: "asc" } })).toMatchObject([
      { action: "DISABLE_IN_AWS", actionStatus: "PENDING", actionSetBy: "Ada" },
      { action: "NONE" },
    ]);
  });

  it("starts the run that does what was decided, and says of a finding why it takes no such action", async () => {
    const carl = await putFinding("carl", "US");
    expect(await cli.run("audit", "decide", carl, "--action", "REMINDER_SENT")).toMatchObject({
      code: 4,
      output: expect.stringContaining("for a missing login only"),
    });
    const applied = await cli.run("audit", "apply", "--yes", "--json", "--by", "Ada");
    const { runId } = JSON.parse(applied.output) as { runId: string };
    expect(await cli.db.run.findUniqueOrThrow({ where: { id: runId } })).toMatchObject({
      task: "PerformUserAudit",
      requestedBy: "Ada",
    });
    expect((await cli.db.auditEvent.findMany()).map(({ actor, entityType }) => [actor, entityType])).toEqual([
      ["Ada", "user_audit"],
      ["Ada", "run"],
    ]);
  });

  it("has what was decided about users applied by a second person alone, where there is to be one", async () => {
    const folder = await mkdtemp(join(tmpdir(), "drumline-"));
    const file = join(folder, "env");
    await writeFile(file, "USER_AUDIT_SECOND_PERSON=true\n");
    await cli.db.userAudit.deleteMany();
    const dora = await putFinding("dora", "EU");
    for (const name of ["una", "duo"]) await cli.run("users", "create", name, "--role", "operator");
    const run = (...args: string[]) => cli.run("audit", ...args, "--env-file", file, "--yes");
    const decide = (by: string) => run("decide", dora, "--action", "DELETE_FROM_AWS", "--by", by);
    expect(await decide("cli: root")).toMatchObject({ code: 4, errors: expect.stringContaining("is no user who may") });
    expect(await decide("una")).toMatchObject({ code: 0 });
    for (const by of ["una", "cli: root"])
      expect(await run("apply", "--by", by)).toMatchObject({ code: 4, output: "" });
    expect((await run("apply", "--by", "una")).errors).toMatch(/decided by yourself.*these may: duo/);
    expect(await run("apply", "--by", "duo")).toMatchObject({ code: 0 });
    expect(await cli.db.userAudit.findFirst()).toMatchObject({ actionSetBy: "una", confirmedBy: "duo" });
    expect(await cli.db.auditEvent.findFirst({ where: { actor: "duo", entityType: "user_audit" } })).toMatchObject({
      content: { action: "confirm", decidedBy: "una", confirmedBy: "duo", via: "cli" },
    });
    await rm(folder, { recursive: true });
  });

  it("refuses to decide everything, and says what it wants", async () => {
    expect(await cli.run("audit", "decide", "--action", "NONE")).toMatchObject({
      code: 2,
      errors: expect.stringContaining("name a finding, or say which"),
    });
  });

  it("tells of an order why a location was left out, by each rule of each attempt", async () => {
    await putOrder("10002", [
      toAttempt(1, { erpCode: "AMS", chosen: false, rejectedBy: "NO_STOCK" }),
      toAttempt(2, { erpCode: "AMS", chosen: false, rejectedBy: "NO_QUOTA", fellAt: ["OTHER_CITY", "NO_QUOTA"] }),
    ]);
    const [order, why, elsewhere, none] = await Promise.all([
      cli.run("order", "10002"),
      cli.run("order", "10002", "--why", "ams", "--json"),
      cli.run("order", "10002", "--why", "BER"),
      cli.run("order", "90001"),
    ]);
    expect(order).toMatchObject({ code: 0, errors: "" });
    expect(order.output).toMatch(/^order 10002 {2}WAITING .* 2 attempts on record\n/);
    expect(order.output).toMatch(/\nattempt 2 \(ORDER\): .+\nLOCATION +WHY +FREE\nAMS +left out +\S/);
    expect(JSON.parse(why.output)).toMatchObject([
      { attempt: 1, erpCode: "AMS", chosen: false },
      { attempt: 2, erpCode: "AMS", byRule: [{ reason: "OTHER_CITY" }, { reason: "NO_QUOTA" }] },
    ]);
    expect(elsewhere).toMatchObject({ code: 1, output: "", errors: expect.stringContaining("has looked at BER") });
    expect(none).toMatchObject({ code: 1, output: "", errors: "there is no order 90001\n" });
  });

  const putFinding = async (username: string, platform: string): Promise<string> =>
    String(await createFinding(cli.db, username, { platform }));

  async function putOrder(number: string, attempts: object[]): Promise<void> {
    const channel = await cli.db.channel.create({ data: { omnitronId: 1n, name: "shop" } });
    const order = await cli.db.order.create({
      data: {
        omnitronId: 1n,
        number,
        channelId: channel.id,
        state: "WAITING",
        remoteStatus: "x",
        currency: "EUR",
        amountMinor: 1n,
        address: {},
        placedAt: LONG_AGO,
        remoteModifiedAt: LONG_AGO,
        payload: {},
      },
    });
    await cli.db.orderExecutionPlan.create({
      data: { orderId: order.id, state: "PENDING", attempts: 2, context: { version: 1, attempts } },
    });
  }
});

const toAttempt = (no: number, location: object) => ({
  no,
  trigger: "ORDER",
  scenario: "default",
  rules: ["same city", "near"],
  items: [{ orderItemId: "7", sku: "SKU-1", wanted: 2 }],
  locations: [{ stock: [{ sku: "SKU-1", stock_count: 3, reservation_count: 1, quantity: 2 }], ...location }],
  locationsLeftOut: 0,
  shortfalls: [{ orderItemId: "7", units: 2, reason: "NO_STOCK" }],
  outcome: "SHORT",
});

describe("drumline completion", () => {
  const complete = (words: string[]) => {
    const script = `source <(${process.execPath} apps/cli/bin/drumline.js completion bash)
      COMP_WORDS=(${words.map((word) => `'${word}'`).join(" ")}); COMP_CWORD=${words.length - 1}
      _drumline; echo "\${COMPREPLY[@]}"`;
    return spawnSync("bash", ["-c", script], { encoding: "utf8" }).stdout.trim();
  };

  it.each([
    [["drumline", "resu"], "resume"],
    [["drumline", "pause", "get-omni"], "get-omnitron-orders-cron"],
    [["drumline", "maintenance", "create", "--crontab"], "--crontab"],
    [["drumline", "audit", "dec"], "decide"],
  ])("completes %j with %s", (words, completed) => expect(complete(words)).toBe(completed));
});
