import { spawnSync } from "node:child_process";
import { tmpdir } from "node:os";
import { resolve } from "node:path";

import { sealSecret } from "@drumline/ecomnow/secrets";
import { createSecretBox } from "@drumline/outbound/secrets";
import { testDatabase } from "@drumline/testing";
import { describe, expect, it } from "@jest/globals";

const BIN = resolve("apps/cli/bin/drumline.js");
const KEY = Buffer.alloc(32, 7).toString("base64");

const seal = (input: string, env: Record<string, string>, owner = "client", url = "https://acme.example") =>
  spawnSync(process.execPath, ["--", BIN, "secret", "seal", owner, "acme", url], {
    cwd: tmpdir(),
    encoding: "utf8",
    input,
    env: { PATH: process.env["PATH"], ...env },
  });

describe("drumline secret seal", () => {
  it("prints the secret sealed, another text each time", () => {
    const [one, other] = [seal("s3cret\n", { ECOMNOW_SECRET_KEY: KEY }), seal("s3cret", { ECOMNOW_SECRET_KEY: KEY })];
    expect([one.status, one.stdout]).toEqual([0, expect.stringMatching(/^sealed:v2:[0-9a-f]{8}:[\w+/]+=*\n$/)]);
    expect(one.stdout).not.toBe(other.stdout);
    expect(one.stdout).not.toContain("s3cret");
  });

  it.each([
    ["no key", seal("s3cret", {}), "ECOMNOW_SECRET_KEY is not set"],
    ["half a key", seal("s3cret", { ECOMNOW_SECRET_KEY: "abcd" }), "32 bytes in base64"],
    ["no secret", seal("\n", { ECOMNOW_SECRET_KEY: KEY }), "nothing came on standard input"],
    ["no URL", seal("s3cret", { ECOMNOW_SECRET_KEY: KEY }, "client", "acme.example"), "is no http or https URL"],
    ["an unknown owner", seal("s3cret", { ECOMNOW_SECRET_KEY: KEY }, "cat"), "Allowed choices are client, vendor, api"],
  ])("refuses %s, and repeats nothing secret", (_what, { status, stdout, stderr }, message) => {
    expect([status, stdout]).toEqual([2, ""]);
    expect(stderr).toContain(message);
    expect(stderr).not.toContain("s3cret");
  });
});

describe("drumline secret rotate", () => {
  const NEW_KEY = Buffer.alloc(32, 9).toString("base64");
  const rotate = (env: Record<string, string>, ...args: string[]) =>
    spawnSync(process.execPath, ["--", BIN, "secret", "rotate", ...args], {
      cwd: tmpdir(),
      encoding: "utf8",
      env: { PATH: process.env["PATH"], ...env },
    });

  it("seals everything by the key of today, what stood there in plain too, and says what does not open", async () => {
    const { db, url, close } = await testDatabase();
    try {
      const old = { ECOMNOW_SECRET_KEY: KEY };
      const sealed = (kind: "client" | "vendor" | "api", name: string) =>
        sealSecret("s3cret", { kind, name, urls: ["https://acme.example"] }, old);
      await db.ecomnowVendor.create({
        data: { code: "acme", name: "Acme", authKind: "BEARER", authSecret: sealed("vendor", "acme") },
      });
      const client = { code: "acme", name: "Acme", baseUrl: "https://acme.example" };
      await db.ecomnowCustomerIntegration.create({ data: { ...client, authSecret: sealed("client", "other") } });
      await db.apiStatus.create({
        data: { name: "acme", url: "https://acme.example", headers: { a: "1", b: sealed("api", "acme") } },
      });
      await db.webhook.create({
        data: {
          owner: "x",
          targetUrl: "https://x.example/h",
          eventType: "*",
          secret: "whsec_plain",
          headers: { k: "v" },
        },
      });
      const at = { createdAt: new Date(), updatedAt: new Date() };
      const joined = { ...at, name: "Acme", authKind: "BEARER" } as const;
      const box = createSecretBox({ current: Buffer.alloc(32, 7) }, {});
      const urls = ["https://acme.example/orders"];
      await db.integrationIncoming.create({
        data: {
          ...joined,
          identifier: "acme",
          source: { kind: "http", url: urls[0]! },
          authSecret: box.seal("s3cret", "incoming acme", urls),
        },
      });
      await db.integrationOutgoing.create({
        data: {
          ...joined,
          identifier: "acme",
          target: { kind: "http", url: urls[0]! },
          authSecret: box.seal("s3cret", "outgoing acme", urls),
        },
      });
      await db.integrationOutgoing.create({
        data: { ...joined, identifier: "named", target: {}, authSecret: "env:ECOMNOW_SECRET_ACME" },
      });
      const env = { DATABASE_URL: url, ECOMNOW_SECRET_KEY: NEW_KEY, ECOMNOW_SECRET_KEY_PREVIOUS: KEY };
      const counts = (ran: ReturnType<typeof rotate>) =>
        (JSON.parse(ran.stdout) as { table: string; rotated: number; current: number; failed: string[] }[]).map(
          ({ table, rotated, current, failed }) => [table, rotated, current, failed.length],
        );
      const first = [
        ["webhook", 1, 0, 0],
        ["webhook_source", 0, 0, 0],
        ["ecomnow_vendor", 1, 0, 0],
        ["ecomnow_customer_integration", 0, 0, 1],
        ["api_status", 1, 0, 0],
        ["integration_incoming", 1, 0, 0],
        ["integration_outgoing", 1, 1, 0],
      ];
      const ran = rotate(env, "--json");
      expect([ran.status, counts(ran)]).toEqual([1, first]);
      const stored = JSON.stringify([
        await db.webhook.findMany({ select: { secret: true, headers: true } }),
        await db.ecomnowVendor.findMany({ select: { authSecret: true } }),
        await db.apiStatus.findMany({ select: { headers: true } }),
        await db.integrationIncoming.findMany({ select: { authSecret: true } }),
        await db.integrationOutgoing.findMany({ select: { authSecret: true } }),
      ]);
      expect(stored).not.toMatch(/whsec_plain|s3cret|"k":"v"/);
      expect(stored.match(/sealed:v2:/g)).toHaveLength(6);
      const today = createSecretBox({ current: Buffer.alloc(32, 9) }, {});
      const { authSecret } = await db.integrationIncoming.findUniqueOrThrow({ where: { identifier: "acme" } });
      expect(today.open(authSecret!, { owner: "incoming acme", url: urls[0]! })).toBe("s3cret");

      await db.ecomnowCustomerIntegration.deleteMany();
      const again = rotate({ DATABASE_URL: url, ECOMNOW_SECRET_KEY: NEW_KEY });
      expect([again.status, again.stderr]).toEqual([0, ""]);
      expect(again.stdout).toMatch(/webhook +0 +1 +0/);
    } finally {
      await close();
    }
  }, 600_000);
});
