import {
  hosts,
  integer,
  notTheSandbox,
  optionalText,
  optionalUrl,
  text,
  toggle,
  url,
  type ValuesOf,
} from "@drumline/core/config";
import { secretSettings } from "@drumline/outbound/secrets";

/** What worker, api and command line must agree on. */
export const secondPersonSettings = {
  userAuditSecondPerson: toggle("USER_AUDIT_SECOND_PERSON", {
    fallback: false,
    about:
      "Disables and deletes users by the user audit only where a second person has confirmed the decision. The same for worker and api.",
  }),
} as const;

/** The user audit: AWS and mail. */
const userAuditSettings = {
  ...secondPersonSettings,
  awsRegion: text("AWS_REGION", { fallback: "us-east-1", about: "Region of Cognito and SES." }),
  awsAccessKeyId: optionalText("AWS_ACCESS_KEY_ID", {
    about: "Empty: the AWS SDK searches the profile, container and instance for credentials.",
  }),
  awsSecretAccessKey: optionalText("AWS_SECRET_ACCESS_KEY", { secret: true, about: "Belongs to AWS_ACCESS_KEY_ID." }),
  cognitoUserPoolId: text("COGNITO_USER_POOL_ID", {
    fallback: "us-east-1_sandbox",
    about: "The user pool that the user audit looks at; the fallback is the sandbox's.",
    example: "eu-west-1_AbCdEfGhI",
  }),
  cognitoEndpoint: optionalUrl("COGNITO_ENDPOINT", ["http", "https"], {
    about: "Address of a stand-in for Cognito. Empty: AWS.",
    example: "http://127.0.0.1:4010/aws/cognito",
  }),
  cognitoCallsPerSecond: integer("COGNITO_CALLS_PER_SECOND", {
    fallback: 20,
    min: 1,
    max: 25,
    about: "Admin calls per second, evenly spread. AWS allows an account and region 25, for all that call.",
  }),
  sesEndpoint: optionalUrl("SES_ENDPOINT", ["http", "https"], {
    about: "Address of a stand-in for SES. Empty: AWS.",
    example: "http://127.0.0.1:4010/aws/ses",
  }),
  mailFrom: text("MAIL_FROM", {
    fallback: "Drumline <drumline@example.com>",
    about: "Sender of mail; SES must have verified it.",
  }),
  mailsPerSecond: integer("MAILS_PER_SECOND", {
    fallback: 10,
    min: 1,
    max: 1_000,
    about: "Mails per second and worker; stay below the account's sending rate (1 in SES's own sandbox).",
  }),
  mailUnsubscribe: optionalText("MAIL_UNSUBSCRIBE", {
    about:
      "Address behind List-Unsubscribe in reminders to users; {recipient} becomes the address. Empty: no such header.",
    example: "https://example.com/unsubscribe?user={recipient}",
  }),
  userAuditMaxLossPercent: integer("USER_AUDIT_MAX_LOSS_PERCENT", {
    fallback: 20,
    min: 0,
    max: 100,
    about: "A listing that lost more percent of its users against the last cycle is held until a person confirms it.",
  }),
} as const;

/** The hosts that URLs in tables may reach. Read by the api as well, which judges URLs before a row has them. */
export const privateHostSettings = {
  ecomnowPrivateHosts: hosts("ECOMNOW_PRIVATE_HOSTS", {
    about:
      "Hosts of private networks that URLs of vendors, clients and watched APIs may reach, comma-separated with their ports; " +
      "all others are refused.",
    example: "127.0.0.1:4010,erp.intern:443",
  }),
} as const;

/** Secrets in tables, and where they may be sent. */
const partnerSettings = { ...secretSettings, ...privateHostSettings } as const;

const productSettings = {
  ecomnowFeedConcurrency: integer("ECOMNOW_FEED_CONCURRENCY", {
    fallback: 4,
    min: 1,
    max: 50,
    about: "Vendor feeds that one run reads at once.",
  }),
  ecomnowFeedTimeoutSeconds: integer("ECOMNOW_FEED_TIMEOUT_SECONDS", {
    fallback: 60,
    min: 1,
    max: 3_600,
    about: "Seconds a vendor's feed or list of categories may take to begin, and may be silent after that.",
  }),
} as const;

const clientSettings = {
  ecomnowClientSeconds: integer("ECOMNOW_CLIENT_SECONDS", {
    fallback: 60,
    min: 1,
    max: 3_600,
    about: "Seconds that one client may take of a run, so that a slow one does not hold up the next run of all.",
  }),
  ecomnowLongestSilenceSeconds: integer("ECOMNOW_LONGEST_SILENCE_SECONDS", {
    fallback: 3_600,
    min: 1,
    max: 86_400,
    about:
      "However long a client or the refund channel asks to be left alone (Retry-After), it is asked again after this.",
  }),
} as const;

const refundSettings = {
  refundChannelUrl: notTheSandbox(
    url("REFUND_CHANNEL_URL", ["http", "https"], {
      fallback: "http://127.0.0.1:4010",
      about: "The sales channel that refunds are sent to (/api/v1/refunds is added); the fallback is the sandbox.",
      example: "https://channel.example.com",
    }),
  ),
  refundChannelToken: notTheSandbox({
    ...text("REFUND_CHANNEL_TOKEN", {
      fallback: "sandbox-token",
      about: "Token for the refund channel, sent as `Authorization: Bearer <token>`.",
    }),
    secret: true,
  }),
} as const;

/** Env keys of eComNow's handlers, for the worker's config. The fallbacks fit the sandbox of `npm start`. */
export const ecomnowSettings = {
  ...userAuditSettings,
  ...partnerSettings,
  ...productSettings,
  ...clientSettings,
  ...refundSettings,
} as const;

export type EcomnowSettings = ValuesOf<typeof ecomnowSettings>;
