import { type Env, readSettings } from "@drumline/core/config";
import { type Database, Prisma } from "@drumline/db";
import {
  createSecretBox,
  type Rotation,
  rotateRows,
  type SecretBox,
  secretSettings,
  UnusableSecret,
} from "@drumline/outbound/secrets";

export { type Rotation, UnusableSecret };

/** Whose secrets stand in tables. */
export const SECRET_OWNERS = ["client", "vendor", "api"] as const;
export type SecretOwner = (typeof SECRET_OWNERS)[number];

/** The box of the keys in an environment. Throws `InvalidConfiguration`. */
export function openSecretBox(env: Env): SecretBox {
  const { ecomnowSecretKey, ecomnowSecretKeyPrevious } = readSettings(secretSettings, env);
  return createSecretBox({ current: ecomnowSecretKey, previous: ecomnowSecretKeyPrevious }, {});
}

const toOwner = (kind: SecretOwner, name: string): string => `${kind === "api" ? "API" : kind} ${name}`;

/**
 * A secret as it may stand in the row of its owner and in no other, to be sent to the hosts of `urls` and nowhere else.
 * Throws `UnusableSecret` without ECOMNOW_SECRET_KEY.
 */
export function sealSecret(
  plain: string,
  { kind, name, urls }: { kind: SecretOwner; name: string; urls: readonly string[] },
  env: Env,
): string {
  return openSecretBox(env).seal(plain, toOwner(kind, name), urls);
}

/** Seals what eComNow's tables hold anew: each row by itself, only where nobody changed it meanwhile. */
export async function rotateEcomnowSecrets(db: Database, box: SecretBox, isDryRun: boolean): Promise<Rotation[]> {
  return [
    await rotateVendors(db, box, isDryRun),
    await rotateClients(db, box, isDryRun),
    await rotateApis(db, box, isDryRun),
  ];
}

async function rotateVendors(db: Database, box: SecretBox, isDryRun: boolean): Promise<Rotation> {
  const rows = await db.ecomnowVendor.findMany({
    where: { authSecret: { not: null } },
    select: { id: true, code: true, authSecret: true, feedUrl: true, categoryUrl: true },
  });
  return await rotateRows(rows, {
    table: "ecomnow_vendor",
    isDryRun,
    nameOf: ({ code }) => `vendor ${code}`,
    reseal: ({ code, authSecret, feedUrl, categoryUrl }) =>
      box.reseal(
        authSecret!,
        toOwner("vendor", code),
        [feedUrl, categoryUrl].filter((url) => url !== null),
      ),
    save: async ({ id, authSecret }, sealed) =>
      (await db.ecomnowVendor.updateMany({ where: { id, authSecret }, data: { authSecret: sealed } })).count === 1,
  });
}

async function rotateClients(db: Database, box: SecretBox, isDryRun: boolean): Promise<Rotation> {
  const clients = db.ecomnowCustomerIntegration;
  const rows = await clients.findMany({
    where: { authSecret: { not: null } },
    select: { id: true, code: true, authSecret: true, baseUrl: true },
  });
  return await rotateRows(rows, {
    table: "ecomnow_customer_integration",
    isDryRun,
    nameOf: ({ code }) => `client ${code}`,
    reseal: ({ code, authSecret, baseUrl }) => box.reseal(authSecret!, toOwner("client", code), [baseUrl]),
    save: async ({ id, authSecret }, sealed) =>
      (await clients.updateMany({ where: { id, authSecret }, data: { authSecret: sealed } })).count === 1,
  });
}

async function rotateApis(db: Database, box: SecretBox, isDryRun: boolean): Promise<Rotation> {
  const rows = await db.apiStatus.findMany({ select: { id: true, name: true, url: true, headers: true } });
  return await rotateRows(rows, {
    table: "api_status",
    isDryRun,
    nameOf: ({ name }) => `API ${name}`,
    reseal: ({ name, headers, url }) => {
      const before = headers as Record<string, string>;
      const anew = Object.entries(before).flatMap(([header, value]) => {
        const sealed = box.reseal(value, toOwner("api", name), [url]);
        return sealed === null ? [] : [[header, sealed] as const];
      });
      return anew.length === 0 ? null : { ...before, ...Object.fromEntries(anew) };
    },
    save: async ({ id, headers }, sealed) =>
      (await db.$executeRaw(Prisma.sql`
        UPDATE api_status SET headers = ${JSON.stringify(sealed)}::jsonb
        WHERE id = ${id} AND headers = ${JSON.stringify(headers)}::jsonb`)) === 1,
  });
}
