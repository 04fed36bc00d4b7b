import { createHash, randomBytes } from "node:crypto";

import { DrumlineError } from "@drumline/core/errors";
import type { SecretBox } from "@drumline/outbound/secrets";

import { problemOfSecret, type WebhookScheme } from "../signatures/index.ts";

/** Who may send us webhooks, as it may be shown: without its token and its secrets. */
export interface WebhookSource {
  readonly id: string;
  readonly name: string;
  readonly consumer: string;
  readonly scheme: WebhookScheme;
  readonly secretCount: number;
  readonly isDisabled: boolean;
  readonly requestsPerMinute: number;
  readonly silentAfterSeconds: number | null;
  readonly lastReceivedAt: Date | null;
  readonly lastRefusedAt: Date | null;
  readonly lastRefusal: string | null;
  readonly pullAskedAt: Date | null;
  readonly version: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** What a person decides about a source. */
export interface SourceFields {
  readonly consumer: string;
  readonly scheme: WebhookScheme;
  /** Newest first: all are good, so that one can take the place of another without a webhook lost. */
  readonly secrets: readonly string[];
  readonly isDisabled: boolean;
  readonly requestsPerMinute: number;
  readonly silentAfterSeconds: number | null;
}

/** A new part of an address that only the sender knows: 256 random bits. */
export const makeSourceToken = (): string => `whs_${randomBytes(32).toString("base64url")}`;

export const isSourceToken = (text: string): boolean => /^whs_[\w-]{43}$/.test(text);

export const hashSourceToken = (token: string): string => createHash("sha256").update(token).digest("hex");

/** What is wrong with the secrets of a source, by the place in the list; "" where it is the list itself. */
export function findSecretProblems({
  scheme,
  secrets,
}: Pick<SourceFields, "scheme" | "secrets">): { readonly where: string; readonly problem: string }[] {
  if (scheme !== "NONE" && secrets.length === 0)
    return [{ where: "", problem: `the scheme ${scheme} needs a secret to verify with` }];
  return secrets.flatMap((secret, index) => {
    const problem = problemOfSecret(scheme, secret);
    return problem === null ? [] : [{ where: `.${index}`, problem }];
  });
}

const ownerOf = (id: string): string => `the webhook source ${id}`;
/** They are sent nowhere: what is sealed for this opens for no URL. */
const NOWHERE = "incoming webhooks";

/** As they stand in the row; null where there are none. Throws `UnusableSecret` without a key. */
export const sealSourceSecrets = (box: SecretBox, id: string, secrets: readonly string[]): string | null =>
  secrets.length === 0 ? null : box.seal(JSON.stringify(secrets), ownerOf(id), [NOWHERE]);

/** Throws `UnusableSecret`. */
export const openSourceSecrets = (box: SecretBox, id: string, sealed: string | null): readonly string[] =>
  sealed === null ? [] : (JSON.parse(box.open(sealed, { owner: ownerOf(id), url: NOWHERE })) as string[]);

/** Sealed by the key of today; null where it is. Throws `UnusableSecret`. */
export const resealSourceSecrets = (box: SecretBox, id: string, sealed: string): string | null =>
  box.reseal(sealed, ownerOf(id), [NOWHERE]);

/** Another source has this name. */
export class SourceExists extends DrumlineError {
  constructor(name: string) {
    super(`there is a webhook source ${name} already; change it, or choose another name`, { code: "SOURCE_EXISTS" });
  }
}

/** It was changed since it was looked at. */
export class SourceChanged extends DrumlineError {
  readonly currentVersion: number;
  constructor(name: string, currentVersion: number) {
    super(`the webhook source ${name} is of version ${currentVersion} by now; look at it again`, {
      code: "SOURCE_CHANGED",
    });
    this.currentVersion = currentVersion;
  }
}

/** Something still needs it. */
export class SourceInUse extends DrumlineError {
  constructor(name: string, why: string) {
    super(`the webhook source ${name} cannot be deleted: ${why}`, { code: "SOURCE_IN_USE" });
  }
}
