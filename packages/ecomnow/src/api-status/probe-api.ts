import { messageOf } from "@drumline/core/errors";
import { toStorableText } from "@drumline/core/text";
import { AddressRefused, type HttpTransport } from "@drumline/outbound/http";
import type { SecretBox } from "@drumline/outbound/secrets";

import type { Probe, WatchedApi } from "./api-status.sql.ts";

const MOST_BYTES = 1024 * 1024;
const MOST_ERROR_CODE_POINTS = 1_000;

/** Asks an API once. Throws `AddressRefused` or `UnusableSecret` where our own table is wrong, which says nothing about the API. */
export async function probeApi(
  { http, secrets, signal }: { http: HttpTransport; secrets: SecretBox; signal: AbortSignal },
  api: WatchedApi,
): Promise<Probe> {
  const headers = Object.fromEntries(
    Object.entries(api.headers).map(([name, value]) => [
      name,
      isStoredSecret(value) ? secrets.open(value, `API ${api.name}`) : value,
    ]),
  );
  const startedAtMs = performance.now();
  const latencyMs = () => Math.round(performance.now() - startedAtMs);
  try {
    const { name: system, method, url, timeoutMs, body } = api;
    const request = { system, method, url, headers, timeoutMs, signal, ...(body === null ? {} : { body }) };
    const { status, text } = await http.ask(request, { maxBytes: MOST_BYTES, invalidText: "mark" });
    const error = findDifference(api, status, text);
    return { isOk: error === null, actualStatus: status, latencyMs: latencyMs(), error };
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof AddressRefused) throw error;
    return {
      isOk: false,
      actualStatus: null,
      latencyMs: latencyMs(),
      error: toStorableText(messageOf(error), MOST_ERROR_CODE_POINTS),
    };
  }
}

const isStoredSecret = (value: string): boolean => value.startsWith("env:") || value.startsWith("sealed:");

function findDifference({ expectedStatus, bodyMatch }: WatchedApi, status: number, text: string): string | null {
  if (status !== expectedStatus) return `answered ${status}, expected ${expectedStatus}`;
  if (bodyMatch !== null && !text.includes(bodyMatch))
    return `answered ${status}, but without ${JSON.stringify(bodyMatch)} in the body`;
  return null;
}
