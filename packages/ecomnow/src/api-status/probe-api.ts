import { messageOf } from "@drumline/core/errors";
import { toStorableText } from "@drumline/core/text";
import { AddressRefused, type HttpTransport, type OpenAnswer } from "@drumline/outbound/http";
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
      isStoredSecret(value) ? secrets.open(value, { owner: `API ${api.name}`, url: api.url }) : value,
    ]),
  );
  const startedAtMs = performance.now();
  const latencyMs = () => Math.round(performance.now() - startedAtMs);
  try {
    const { name: system, method, url, timeoutMs, body } = api;
    const request = { system, method, url, headers, timeoutMs, signal, ...(body === null ? {} : { body }) };
    const answer = await http.open(request);
    const { status } = answer;
    const beginning = status === api.expectedStatus ? await readBeginning(answer, startedAtMs + timeoutMs) : null;
    if (beginning === null) answer.discard();
    const error = findDifference(api, status, beginning);
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

interface Beginning {
  readonly text: string;
  /** More came than is looked at. */
  readonly isCut: boolean;
}

/** As much of a body as is looked at: that an API says a lot is nothing against it. */
async function readBeginning({ chunks, charset }: OpenAnswer, endsAtMs: number): Promise<Beginning> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of chunks) {
    if (performance.now() > endsAtMs) throw new Error("did not send its answer in time");
    parts.push(part);
    bytes += part.length;
    if (bytes > MOST_BYTES) break;
  }
  return { text: toDecoder(charset).decode(Buffer.concat(parts).subarray(0, MOST_BYTES)), isCut: bytes > MOST_BYTES };
}

function toDecoder(charset: string): InstanceType<typeof TextDecoder> {
  try {
    return new TextDecoder(charset);
  } catch {
    return new TextDecoder();
  }
}

function findDifference(
  { expectedStatus, bodyMatch }: WatchedApi,
  status: number,
  body: Beginning | null,
): string | null {
  if (body === null) return `answered ${status}, expected ${expectedStatus}`;
  if (bodyMatch === null || body.text.includes(bodyMatch)) return null;
  const where = body.isCut ? `the first ${MOST_BYTES} bytes of the body` : "the body";
  return `answered ${status}, but without ${JSON.stringify(bodyMatch)} in ${where}`;
}
