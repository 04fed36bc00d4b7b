import type { Clock } from "@drumline/core/clock";
import { SECOND_MS } from "@drumline/core/clock";
import { messageOf } from "@drumline/core/errors";
import { DrumlineError } from "@drumline/core/errors";
import { createTransport, type HttpTransport } from "@drumline/outbound/http";

import { checkSignature, checkSnsUrl, parseSnsMessage, type SnsMessage, SnsRefused } from "./sns-message.ts";

/** Amazon did not answer: the message may be good, and is to be sent again. */
export class SnsUnreachable extends DrumlineError {
  constructor(problem: string, options: { cause?: unknown } = {}) {
    super(problem, { code: "SNS_UNREACHABLE", ...options });
  }
}

/** Text at an address of SNS. Throws whatever went wrong. */
export type FetchFromSns = (url: URL, signal: AbortSignal) => Promise<string>;

export interface SnsReceiver {
  /**
   * A notification whose signature is Amazon's and whose topic is ours; a subscription of ours is confirmed by the way,
   * and answered with null. Throws `SnsRefused` or `SnsUnreachable`.
   */
  receive(body: unknown): Promise<Extract<SnsMessage, { Type: "Notification" }> | null>;
}

const MOST_CERTIFICATES = 20;
const TIMEOUT_MS = 10 * SECOND_MS;

export function createSnsReceiver({
  topicArn,
  clock,
  fetchFromSns = fetchOver(createTransport()),
}: {
  /** Null: no topic is ours. */
  readonly topicArn: string | null;
  readonly clock: Clock;
  readonly fetchFromSns?: FetchFromSns;
}): SnsReceiver {
  const certificates = new Map<string, string>();

  async function fetchText(url: URL): Promise<string> {
    try {
      return await fetchFromSns(url, AbortSignal.timeout(TIMEOUT_MS));
    } catch (cause) {
      throw new SnsUnreachable(`SNS did not answer at ${url.host}: ${messageOf(cause)}`, { cause });
    }
  }

  async function loadCertificate(raw: string): Promise<string> {
    const url = checkSnsUrl("SigningCertURL", raw);
    const known = certificates.get(url.href);
    if (known !== undefined) return known;
    const pem = await fetchText(url);
    if (certificates.size >= MOST_CERTIFICATES) certificates.clear();
    certificates.set(url.href, pem);
    return pem;
  }

  return {
    async receive(body) {
      const message = parseSnsMessage(body);
      // Before anything is fetched: a stranger's topic makes no call of ours.
      if (topicArn === null || message.TopicArn !== topicArn)
        throw new SnsRefused(
          `The topic is not expected here: ${message.TopicArn}. SHOP_SNS_TOPIC_ARN names the one that is.`,
        );
      checkSignature(message, await loadCertificate(message.SigningCertURL), clock.now());
      if (message.Type === "SubscriptionConfirmation")
        await fetchText(checkSnsUrl("SubscribeURL", message.SubscribeURL));
      return message.Type === "Notification" ? message : null;
    },
  };
}

/** A redirect is no answer: it would lead to whomever it names. */
export function fetchOver(transport: HttpTransport): FetchFromSns {
  return async (url, signal) => {
    const request = { system: "SNS", method: "GET", url, headers: {}, timeoutMs: TIMEOUT_MS, signal };
    const { status, text } = await transport.ask(request, { maxBytes: 64 * 1024 });
    if (status !== 200) throw new Error(`it answered ${status}`);
    return text;
  };
}
