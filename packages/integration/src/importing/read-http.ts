import { createPartnerCall } from "@drumline/connectors/exchange";
import { HOUR_MS } from "@drumline/core/clock";
import type { JsonObject } from "@drumline/core/task";
import { AnswerTooBig, siteOf, UnusableAnswer } from "@drumline/outbound/http";
import { hideSecret, toAuthHeaders } from "@drumline/outbound/secrets";

import type { Incoming } from "../configurations/load-configurations.sql.ts";
import type { HttpSource } from "../configurations/source.ts";
import type { ImportContext, ReadPage } from "./import-context.ts";
import { toArrived } from "./plan-page.ts";
import { planPosition, toPosition, toQuery } from "./plan-position.ts";
import { readRecords, UnreadableRecords } from "./read-records.ts";

const MOST_PAGES = 1_000;

/** The pages of an HTTP source from a position on. Throws `OutboundError` and what else a call does. */
export async function* readHttp(
  context: ImportContext,
  incoming: Incoming,
  source: HttpSource,
  from: JsonObject | null,
): AsyncGenerator<ReadPage> {
  const { clock, run, signal, gateways } = context;
  const use = { owner: `incoming ${incoming.identifier}`, url: source.url };
  const call = createPartnerCall(
    { ...source, partner: incoming.identifier, entity: "records", direction: "IN", cursor: null },
    {
      http: gateways.http,
      toAuthHeaders: () => toAuthHeaders(incoming, use, gateways.secrets),
      credentialsCure: "Set the secret of the incoming anew.",
      hide: hideSecret(incoming, use, gateways.secrets),
      longestSilenceMs: HOUR_MS,
      clock,
      signal,
    },
  );
  const mostBytes = gateways.settings.integrationRecordKilobytes * 1_024;
  let position = toPosition(from);
  for (let page = 1; page <= MOST_PAGES; page += 1) {
    const query = toQuery(source, position, page === 1);
    const text = await call({ method: "GET", query }).catch((error: unknown) =>
      sayHowToAskForLess(error, incoming, source),
    );
    const { records, beside } = await readAnswer(incoming, source, text);
    const arrived = records.map((record) => toArrived(record, source, mostBytes));
    const asked = position;
    const next = planPosition({ source, position, records: arrived, beside, now: clock.now() });
    const isStuck = next.hasMore && page > 1 && JSON.stringify(next.position) === JSON.stringify(asked);
    position = next.position;
    const problem = isStuck
      ? `more than ${source.pageSize} records of one instant: give it an idParameter, or a larger pageSize`
      : next.problem;
    yield { records: arrived, position: { ...position }, origin: { run: run.id, page }, problem };
    if (!next.hasMore || isStuck) return;
  }
}

/** The page is refused whole, and the cursor stays: the next run asks for it again, as somebody has set it by then. */
function sayHowToAskForLess(error: unknown, { identifier }: Incoming, { url, paging, pageSize }: HttpSource): never {
  if (!(error instanceof AnswerTooBig)) throw error;
  const cure =
    paging.kind === "none"
      ? 'it is read in one piece: give its source a "paging", or a URL that asks for less'
      : paging.sizeParameter === null
        ? 'its "paging" names no "sizeParameter" that could ask for fewer records than the source sends by itself'
        : `"pageSize" is ${pageSize}, asked for as "${paging.sizeParameter}": make it smaller, or correct that name`;
  const problem = `sent a page of more than 2 MiB, the most that one may have. Of the incoming "${identifier}", ${cure}.`;
  throw new UnusableAnswer(siteOf({ system: identifier, method: "GET", url }), problem, { cause: error });
}

async function readAnswer({ identifier }: Incoming, source: HttpSource, text: string) {
  try {
    return await readRecords(text, source);
  } catch (error) {
    if (!(error instanceof UnreadableRecords)) throw error;
    const site = siteOf({ system: identifier, method: "GET", url: source.url });
    throw new UnusableAnswer(site, `did not answer a page: what it sent ${error.message}. Nothing of it was used.`);
  }
}
