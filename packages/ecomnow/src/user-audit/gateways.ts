import { type CognitoGateway, createCognitoGateway } from "@drumline/outbound/aws";
import { createMailer, type Mailer } from "@drumline/outbound/mail";

import type { UserAuditSettings } from "./settings.ts";

/** The outside of the user audit. */
export interface UserAuditGateways {
  readonly cognito: CognitoGateway;
  readonly mailer: Mailer;
  readonly tuning: UserAuditTuning;
}

export interface UserAuditTuning {
  /** A listing that lost a bigger share of users against the last cycle is held. */
  readonly maxLossPercent: number;
}

export function createUserAuditGateways(settings: UserAuditSettings): UserAuditGateways {
  const { awsRegion: region, awsAccessKeyId: accessKeyId, awsSecretAccessKey: secretAccessKey } = settings;
  const credentials = accessKeyId === null || secretAccessKey === null ? null : { accessKeyId, secretAccessKey };
  return {
    cognito: createCognitoGateway({
      region,
      credentials,
      endpoint: settings.cognitoEndpoint,
      userPoolId: settings.cognitoUserPoolId,
      callsPerSecond: settings.cognitoCallsPerSecond,
    }),
    mailer: createMailer({
      region,
      credentials,
      endpoint: settings.sesEndpoint,
      from: settings.mailFrom,
      mailsPerSecond: settings.mailsPerSecond,
      unsubscribeUrl: settings.mailUnsubscribe,
    }),
    tuning: { maxLossPercent: settings.userAuditMaxLossPercent },
  };
}
