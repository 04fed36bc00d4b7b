import { isSealed, type SecretBox } from "@drumline/outbound/secrets";

/** By what a subscription is known, and what its secrets are sealed for. */
export interface SubscriptionKey {
  readonly owner: string;
  readonly targetUrl: string;
  readonly eventType: string;
}

/** What of a subscription only its receiver may know. */
export interface SubscriptionSecrets {
  /** One or several, newest first, separated by white space; null of one that nothing signs. */
  readonly secret: string | null;
  /** Values are credentials more often than not. */
  readonly headers: Readonly<Record<string, string>>;
}

const ownerOf = ({ owner, targetUrl, eventType }: SubscriptionKey): string =>
  `the webhook of ${owner} for ${eventType} at ${targetUrl.replace(/[?#].*$/s, "")}`;

/** As they stand in the row: sealed for its owner, event type and host. Throws `UnusableSecret` without a key. */
export function sealSubscription(
  box: SecretBox,
  key: SubscriptionKey,
  { secret, headers }: SubscriptionSecrets,
): SubscriptionSecrets {
  const seal = (plain: string) => box.seal(plain, ownerOf(key), [key.targetUrl]);
  return { secret: secret === null ? null : seal(secret), headers: mapValues(headers, seal) };
}

/** As they are sent. Those of an earlier release stand there in plain. Throws `UnusableSecret`. */
export function openSubscription(
  box: SecretBox,
  key: SubscriptionKey,
  { secret, headers }: SubscriptionSecrets,
): SubscriptionSecrets {
  // A reference to an env key is none here: a subscriber could ask for ours by its name.
  const open = (stored: string) =>
    isSealed(stored) ? box.open(stored, { owner: ownerOf(key), url: key.targetUrl }) : stored;
  return { secret: secret === null ? null : open(secret), headers: mapValues(headers, open) };
}

/** Sealed by the key of today; null where all of it is. Throws `UnusableSecret`. */
export function resealSubscription(
  box: SecretBox,
  key: SubscriptionKey,
  stored: SubscriptionSecrets,
): SubscriptionSecrets | null {
  let isAnew = false;
  const reseal = (text: string) => {
    const anew = isSealed(text)
      ? box.reseal(text, ownerOf(key), [key.targetUrl])
      : box.seal(text, ownerOf(key), [key.targetUrl]);
    isAnew ||= anew !== null;
    return anew ?? text;
  };
  const { secret, headers } = stored;
  const resealed = { secret: secret === null ? null : reseal(secret), headers: mapValues(headers, reseal) };
  return isAnew ? resealed : null;
}

const mapValues = (
  values: Readonly<Record<string, string>>,
  change: (value: string) => string,
): Record<string, string> => Object.fromEntries(Object.entries(values).map(([name, value]) => [name, change(value)]));
