import { emailKeyOf } from "@drumline/core/text";
import { type Env, readSettings } from "@drumline/core/config";

import { openLeadsDatabase } from "./leads-database.ts";
import { leadSettings } from "./settings.ts";

/**
 * Deletes a person's leads from the database of `SHOP_LEADS_DATABASE_URL`, or counts them in a dry run; 0 where there is no such
 * database. Throws `LeadsDatabaseFailed`.
 */
export async function eraseMovedLeads(
  env: Env,
  { email, isDryRun }: { readonly email: string; readonly isDryRun: boolean },
): Promise<number> {
  const { leadsDatabaseUrl } = readSettings(leadSettings, env);
  if (leadsDatabaseUrl === null) return 0;
  const leads = await openLeadsDatabase(leadsDatabaseUrl);
  try {
    const emailKey = emailKeyOf(email);
    return isDryRun ? await leads.count(emailKey) : await leads.erase(emailKey);
  } finally {
    await leads.close();
  }
}
