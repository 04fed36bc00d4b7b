import type { MappingRunner } from "@drumline/connectors/mapping";
import type { Env } from "@drumline/core/config";
import { type AddressGuard, createAddressGuard, createTransport, type HttpTransport } from "@drumline/outbound/http";
import { createSecretBox, type SecretBox } from "@drumline/outbound/secrets";

import type { IntegrationSettings } from "../settings.ts";

/** What the worker gives to the integration's handlers; each declares the part it needs. */
export interface IntegrationGateways {
  /** For URLs of configurations: it reaches no private host that INTEGRATION_PRIVATE_HOSTS does not name. */
  readonly http: HttpTransport;
  readonly secrets: SecretBox;
  readonly mappings: MappingRunner;
  readonly settings: IntegrationSettings;
}

/**
 * The integration's outside. Connects to nothing until a handler asks. `env` is for secrets that tables name by env key;
 * `mappings` is ended by who made it.
 */
export function createIntegrationGateways(
  settings: IntegrationSettings,
  env: Env,
  mappings: MappingRunner,
): IntegrationGateways {
  return {
    http: createTransport({
      guard: createConfigurationGuard(settings.integrationPrivateHosts),
    }),
    secrets: createSecretBox({ current: settings.ecomnowSecretKey, previous: settings.ecomnowSecretKeyPrevious }, env),
    mappings,
    settings,
  };
}

/** Judges where URLs of configurations lead: the worker as it calls them, the api before it keeps them. */
export const createConfigurationGuard = (privateHosts: readonly string[]): AddressGuard =>
  createAddressGuard({
    allowed: privateHosts,
    cure: "If it is meant, name it in INTEGRATION_PRIVATE_HOSTS of api and workers as host:port.",
  });
