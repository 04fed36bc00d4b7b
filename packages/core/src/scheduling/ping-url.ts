import { exampleLine, InvalidSchedule } from "./invalid-schedule.ts";

/** What stands where a ping URL was: the URL is a secret, since its holder can report success. */
export const HIDDEN_PING_URL = "[secret]";

const MOST_CHARACTERS = 500;
const EXAMPLE = "https://hc-ping.com/<check>";

/**
 * The URL that is called when a run of a schedule starts, succeeds, fails or is late (design, Scheduling rule 8), as it
 * was given. `source` says where it came from. Where it leads is checked when it is called.
 * @throws {InvalidSchedule} which does not show it
 */
export function parsePingUrl(raw: string, source: string): string {
  const refuse = (problem: string) =>
    new InvalidSchedule({ source, value: HIDDEN_PING_URL, problem, example: exampleLine(source, EXAMPLE) });
  if (raw.length > MOST_CHARACTERS)
    throw refuse(`expected a URL of at most ${MOST_CHARACTERS} characters, got ${raw.length}`);
  // The URL parser would drop or encode them without a word.
  if (/[^\x21-\x7e]/.test(raw)) throw refuse("expected a URL without blanks and other than ASCII characters");
  const url = URL.canParse(raw) ? new URL(raw) : null;
  if (url === null || (url.protocol !== "http:" && url.protocol !== "https:"))
    throw refuse("expected a URL that starts with https:// or http://");
  if (url.username !== "" || url.password !== "") throw refuse("expected a URL without a user name and password");
  return raw;
}

/** All that is shown of a ping URL. */
export const toPingOrigin = (url: string): string => (URL.canParse(url) ? new URL(url).origin : HIDDEN_PING_URL);
