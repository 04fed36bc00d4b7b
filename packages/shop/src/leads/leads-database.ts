import { DrumlineError, messageOf, withoutPassword } from "@drumline/core/errors";
import { openDatabase, Prisma } from "@drumline/db";

/** A lead as another database gets it. */
export interface MovedLead {
  readonly key: string;
  readonly cartReference: string;
  readonly email: string;
  readonly emailKey: string;
  readonly name: string | null;
  readonly locale: string;
  readonly timeZone: string | null;
  readonly consentAt: Date;
  readonly consentText: string | null;
  readonly currency: string;
  readonly lines: unknown;
  readonly endReason: string | null;
  readonly abandonedAt: Date;
}

/** The database of `SHOP_LEADS_DATABASE_URL`: somebody else's, of which only the table `drumline_lead` is ours. */
export interface LeadsDatabase {
  /** By its key, so that a lead that comes a second time is not a second lead. */
  copy(leads: readonly MovedLead[], at: Date): Promise<void>;
  count(emailKey: string): Promise<number>;
  /** Deletes what it has of a person. Answers how many leads that were. */
  erase(emailKey: string): Promise<number>;
  close(): Promise<void>;
}

/** It did not answer, refused the login, or may not make its table. Leads stay here until it does. */
export class LeadsDatabaseFailed extends DrumlineError {
  constructor(url: string, cause: unknown) {
    super(
      `the database of leads at ${withoutPassword(url)} failed: ${messageOf(cause)}. Is SHOP_LEADS_DATABASE_URL right, is it running, and may its user create the table drumline_lead?`,
      { code: "LEADS_DATABASE_FAILED", cause },
    );
  }
}

/** Makes the table where it is not there yet. Throws `LeadsDatabaseFailed`. */
export async function openLeadsDatabase(url: string): Promise<LeadsDatabase> {
  const db = openDatabase(url, { maxConnections: 1, applicationName: "drumline leads" });
  const ask = async <Answer>(question: () => Promise<Answer>): Promise<Answer> => {
    try {
      return await question();
    } catch (error) {
      throw new LeadsDatabaseFailed(url, error);
    }
  };
  try {
    await ask(() => db.$transaction([db.$queryRaw(TURN), db.$executeRaw(TABLE), db.$executeRaw(INDEX)]));
  } catch (error) {
    await db.$disconnect();
    throw error;
  }
  return {
    copy: (leads, at) => ask(async () => void (await db.$executeRaw(insert(leads, at)))),
    count: (emailKey) =>
      ask(async () => {
        const [row] = await db.$queryRaw<[{ count: number }]>(
          Prisma.sql`SELECT count(*)::int AS count FROM drumline_lead WHERE email_key = ${emailKey}`,
        );
        return row.count;
      }),
    erase: (emailKey) => ask(() => db.$executeRaw(Prisma.sql`DELETE FROM drumline_lead WHERE email_key = ${emailKey}`)),
    close: () => db.$disconnect(),
  };
}

/** Two processes that make one table at once fail each other, IF NOT EXISTS or not. */
const TURN = Prisma.sql`SELECT true AS taken FROM (SELECT pg_advisory_xact_lock(hashtextextended('drumline_lead', 0))) turn`;
const TABLE = Prisma.sql`
  CREATE TABLE IF NOT EXISTS drumline_lead (
    key uuid PRIMARY KEY, cart_reference text NOT NULL, email text NOT NULL, email_key text NOT NULL, name text,
    locale text NOT NULL, time_zone text, consent_at timestamptz(3) NOT NULL, consent_text text, currency text NOT NULL,
    lines jsonb NOT NULL, end_reason text, abandoned_at timestamptz(3) NOT NULL, moved_at timestamptz(3) NOT NULL)`;
const INDEX = Prisma.sql`CREATE INDEX IF NOT EXISTS drumline_lead_email ON drumline_lead (email_key)`;

const insert = (leads: readonly MovedLead[], at: Date): Prisma.Sql => Prisma.sql`
  INSERT INTO drumline_lead (key, cart_reference, email, email_key, name, locale, time_zone, consent_at, consent_text, currency,
    lines, end_reason, abandoned_at, moved_at)
  SELECT key, "cartReference", email, "emailKey", name, locale, "timeZone", "consentAt", "consentText", currency, lines,
    "endReason", "abandonedAt", ${at}
  FROM jsonb_to_recordset(${JSON.stringify(leads)}::jsonb) AS lead(key uuid, "cartReference" text, email text, "emailKey" text,
    name text, locale text, "timeZone" text, "consentAt" timestamptz, "consentText" text, currency text, lines jsonb,
    "endReason" text, "abandonedAt" timestamptz)
  ORDER BY key
  ON CONFLICT (key) DO NOTHING`;
