import { createMappingRunner } from "@drumline/connectors/mapping";
import { readSettings } from "@drumline/core/config";

import { createEcomnowGateways } from "../src/gateways/create-gateways.ts";
import { ecomnowSettings } from "../src/settings.ts";
import type { AuditGateways } from "./fake-aws.ts";

/** The user audit's outside, as the sandbox plays it. */
export function sandboxGateways(url: string): AuditGateways {
  const settings = readSettings(ecomnowSettings, {
    COGNITO_ENDPOINT: `${url}/aws/cognito`,
    SES_ENDPOINT: `${url}/aws/ses`,
    MAIL_FROM: "Drumline <audit@example.com>",
    MAIL_UNSUBSCRIBE: "https://example.com/out?who={recipient}",
  });
  return createEcomnowGateways(settings, {}, createMappingRunner({ children: 1 }));
}
