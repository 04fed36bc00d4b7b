import { integer, optionalText, optionalUrl, text, type ValuesOf } from "@drumline/core/config";

/** Env keys of the user audit: AWS and mail. */
export const userAuditSettings = {
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

export type UserAuditSettings = ValuesOf<typeof userAuditSettings>;
