import { HOUR_MS, SECOND_MS } from "@drumline/core/clock";
import { codeOf, messageOf } from "@drumline/core/errors";

import { BOUND_ANSWER, boundAnswer } from "../aws/bound-answer.ts";
import { type AwsAccess, type AwsPatience, toClientOptions } from "../aws/client-options.ts";
import { createCallSpacing, type CallSpacingParts } from "../aws/call-spacing.ts";
import { nameOf, statusOf, toOutboundError } from "../aws/to-outbound-error.ts";
import { AuthenticationRefused, RateLimited } from "../http/errors.ts";
import { isMailAddress } from "./address.ts";
import { toMime, toOneLine } from "./mime.ts";
import {
  MailAccountRefused,
  type Mailer,
  type MailMessage,
  MailNotSent,
  MailOutcomeUnknown,
  MailRefused,
} from "./port.ts";

export interface MailerOptions extends AwsAccess, Pick<AwsPatience, "requestTimeoutMs"> {
  /** A sender that SES has verified. */
  readonly from: string;
  readonly mailsPerSecond: number;
  /** mailto: or https: address behind List-Unsubscribe; null sends none. */
  readonly unsubscribeUrl: string | null;
  readonly spacing?: CallSpacingParts;
}

// It says no more than a message's id, or what was wrong with it.
const MOST_BYTES = 64 * 1024;
const CURE = "Check MAIL_FROM, AWS_REGION, SES_ENDPOINT and the AWS credentials of the worker.";
// Of the account and not of the message, by the names of both versions of SES's API.
const ACCOUNT_REFUSALS = new Set([
  "AccountSendingPaused",
  "AccountSuspended",
  "ConfigurationSetDoesNotExist",
  "ConfigurationSetSendingPaused",
  "MailFromDomainNotVerified",
  "SendingPaused",
]);
const DAILY_QUOTA = /daily message quota|maximum sends exceeded/i;
// The quota counts the last 24 hours: some of it is free every while.
const QUOTA_FOR_MS = HOUR_MS;
// Nothing listens there, or the name leads nowhere: the message never left.
const NEVER_CONNECTED = /\b(?:ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH)\b/;

/** Connects to nothing until it is asked. */
export function createMailer(options: MailerOptions): Mailer {
  const takeTurn = createCallSpacing(options.mailsPerSecond, options.spacing);
  let opening: ReturnType<typeof open> | null = null;

  async function open() {
    const sdk = await import("@aws-sdk/client-ses");
    // One attempt: the SDK would repeat a send whose answer was lost.
    const patience = { requestTimeoutMs: options.requestTimeoutMs ?? 10 * SECOND_MS, maxAttempts: 1 };
    const client = new sdk.SESClient(toClientOptions(options, patience));
    const bounds = { deadlineMs: patience.requestTimeoutMs, maxBytes: MOST_BYTES, maxValues: null };
    client.middlewareStack.add(boundAnswer(bounds), BOUND_ANSWER);
    return { sdk, client };
  }

  async function handOver(message: MailMessage): Promise<string | undefined> {
    const { sdk, client } = await (opening ??= open());
    const { from } = options;
    const ToAddresses = [...message.to];
    const unsubscribeUrl = message.unsubscribeUrl ?? (message.unsubscribe === true ? options.unsubscribeUrl : null);
    if (unsubscribeUrl !== null || (message.html ?? null) !== null) {
      const Data = await toMime(message, { from, unsubscribeUrl });
      const raw = { Source: from, Destinations: ToAddresses, RawMessage: { Data } };
      return (await client.send(new sdk.SendRawEmailCommand(raw))).MessageId;
    }
    const Message = {
      Subject: { Data: toOneLine(message.subject), Charset: "UTF-8" },
      Body: { Text: { Data: message.text, Charset: "UTF-8" } },
    };
    const mail = { Source: from, Destination: { ToAddresses }, Message };
    return (await client.send(new sdk.SendEmailCommand(mail))).MessageId;
  }

  return {
    async send(message, signal) {
      const bad = message.to.filter((address) => !isMailAddress(address));
      if (message.to.length === 0 || bad.length > 0)
        throw new MailRefused(
          SITE,
          `was not asked: ${bad.length === 0 ? "there is no recipient" : "not an address: " + bad.map(toOneLine).join(", ")}.`,
        );
      signal?.throwIfAborted();
      await takeTurn();
      signal?.throwIfAborted();
      let id: string | undefined;
      try {
        id = await handOver(message);
      } catch (error) {
        throw toMailError(error, options.from);
      }
      if (!id) throw new MailOutcomeUnknown(SITE, "answered without a message id.", undefined);
      return id;
    },
  };
}

const SITE = { system: "SES", method: "SendEmail", url: "mail" };

function toMailError(thrown: unknown, from: string): Error {
  if (isAboutAccount(thrown, from))
    return new MailAccountRefused(
      SITE,
      `takes no mail of this account (${nameOf(thrown)}: ${messageOf(thrown)}). ${CURE}`,
      thrown,
    );
  const error = toOutboundError(SITE, thrown, CURE);
  if (error instanceof RateLimited && DAILY_QUOTA.test(messageOf(thrown))) return new RateLimited(SITE, QUOTA_FOR_MS);
  if (error instanceof AuthenticationRefused || error instanceof RateLimited) return error;
  const status = statusOf(thrown);
  const why = `${nameOf(thrown)}: ${messageOf(thrown)}`;
  if (status === null && NEVER_CONNECTED.test(`${codeOf(thrown)} ${messageOf(thrown)}`))
    return new MailNotSent(SITE, `could not be reached (${why}). ${CURE}`, thrown);
  if (status !== null && status >= 400 && status < 500)
    return new MailRefused(SITE, `refused the message (${why}). ${CURE}`, thrown);
  return new MailOutcomeUnknown(SITE, `did not answer in a way that says whether the mail went out (${why}).`, thrown);
}

/** Sending is paused, or it is our sender whom SES has not verified. */
function isAboutAccount(thrown: unknown, from: string): boolean {
  if (ACCOUNT_REFUSALS.has(nameOf(thrown).replace(/Exception$/, ""))) return true;
  const sender = (/<([^<>]+)>\s*$/.exec(from)?.[1] ?? from).trim().toLowerCase();
  const [, unverified = ""] = /is not verified(.*)$/is.exec(messageOf(thrown)) ?? [];
  const domain = sender.slice(sender.indexOf("@") + 1);
  return unverified
    .toLowerCase()
    .split(/[\s,]+/)
    .some((identity) => identity === sender || identity === domain);
}
