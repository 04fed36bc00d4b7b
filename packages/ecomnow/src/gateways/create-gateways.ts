import type { MappingRunner } from "@drumline/connectors/mapping";
import { SECOND_MS } from "@drumline/core/clock";
import type { Env } from "@drumline/core/config";
import { type CognitoGateway, createCognitoGateway } from "@drumline/outbound/aws";
import { createAddressGuard, createTransport, type HttpTransport } from "@drumline/outbound/http";
import { createMailer, type Mailer } from "@drumline/outbound/mail";
import { createSecretBox, type SecretBox } from "@drumline/outbound/secrets";

import type { EcomnowSettings } from "../settings.ts";
import { createRefundChannel, type RefundChannel } from "./refund-channel.ts";

/** What the worker gives to eComNow's handlers; each declares the part it needs. */
export interface EcomnowGateways {
  readonly cognito: CognitoGateway;
  readonly mailer: Mailer;
  /** For URLs that stand in tables: it reaches no private host that ECOMNOW_PRIVATE_HOSTS does not name. */
  readonly http: HttpTransport;
  readonly secrets: SecretBox;
  readonly refundChannel: RefundChannel;
  readonly mappings: MappingRunner;
  readonly settings: EcomnowSettings;
}

/**
 * eComNow's outside. Connects to nothing until a handler asks. `env` is for secrets that tables name by env key;
 * `mappings` is ended by who made it.
 */
export function createEcomnowGateways(settings: EcomnowSettings, env: Env, mappings: MappingRunner): EcomnowGateways {
  return {
    ...createAwsGateways(settings),
    http: createTransport({
      guard: createAddressGuard({
        allowed: settings.ecomnowPrivateHosts,
        cure: "If it is meant, name it in ECOMNOW_PRIVATE_HOSTS as host:port.",
      }),
    }),
    secrets: createSecretBox({ current: settings.ecomnowSecretKey, previous: settings.ecomnowSecretKeyPrevious }, env),
    refundChannel: createRefundChannel(createTransport(), {
      url: settings.refundChannelUrl,
      token: settings.refundChannelToken,
      longestSilenceMs: settings.ecomnowLongestSilenceSeconds * SECOND_MS,
    }),
    mappings,
    settings,
  };
}

function createAwsGateways(settings: EcomnowSettings): Pick<EcomnowGateways, "cognito" | "mailer"> {
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
  };
}
