import type { Database } from "@drumline/db";
import { type Rotation, rotateRows, type SecretBox } from "@drumline/outbound/secrets";

import { incomingSource, outgoingTarget, urlOf } from "./source.ts";

/** Seals the secrets of incoming and outgoing configurations anew by the key of today, for where they lead. */
export async function rotateIntegrationSecrets(db: Database, box: SecretBox, isDryRun: boolean): Promise<Rotation[]> {
  const select = { id: true, identifier: true, authSecret: true } as const;
  const sealed = { where: { authSecret: { not: null } }, orderBy: { identifier: "asc" } } as const;
  const incomings = await db.integrationIncoming.findMany({ ...sealed, select: { ...select, source: true } });
  const outgoings = await db.integrationOutgoing.findMany({ ...sealed, select: { ...select, target: true } });
  return [
    await rotateRows(incomings, {
      table: "integration_incoming",
      isDryRun,
      nameOf: ({ identifier }) => `incoming ${identifier}`,
      reseal: ({ identifier, authSecret, source }) =>
        box.reseal(authSecret!, `incoming ${identifier}`, toUrls(incomingUrlOf(source))),
      save: async ({ id, authSecret }, anew) =>
        (await db.integrationIncoming.updateMany({ where: { id, authSecret }, data: { authSecret: anew } })).count ===
        1,
    }),
    await rotateRows(outgoings, {
      table: "integration_outgoing",
      isDryRun,
      nameOf: ({ identifier }) => `outgoing ${identifier}`,
      reseal: ({ identifier, authSecret, target }) =>
        box.reseal(authSecret!, `outgoing ${identifier}`, toUrls(outgoingUrlOf(target))),
      save: async ({ id, authSecret }, anew) =>
        (await db.integrationOutgoing.updateMany({ where: { id, authSecret }, data: { authSecret: anew } })).count ===
        1,
    }),
  ];
}

const toUrls = (url: string | null): string[] => (url === null ? [] : [url]);

/** Null too where a release after this one wrote it: what is sealed names its hosts itself. */
function incomingUrlOf(stored: unknown): string | null {
  const source = incomingSource.safeParse(stored).data;
  return source === undefined ? null : urlOf(source);
}

function outgoingUrlOf(stored: unknown): string | null {
  const target = outgoingTarget.safeParse(stored).data;
  return target?.kind === "http" ? target.url : null;
}
