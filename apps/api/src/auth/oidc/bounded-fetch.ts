import type { CustomFetch } from "openid-client";

const MOST_BYTES = 1_024 * 1_024;

/** No answer of a provider is read beyond a megabyte. */
export const boundedFetch: CustomFetch = async (url, { body, ...options }) => {
  const response = await fetch(url, {
    ...options,
    ...(body == null ? {} : { body: body as NonNullable<RequestInit["body"]> }),
  });
  const bytes = await readBytes(response, url);
  const { status, statusText, headers } = response;
  return new Response(bytes.length === 0 ? null : bytes, { status, statusText, headers });
};

async function readBytes({ body }: Response, url: string): Promise<Buffer<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let count = 0;
  // Leaving the loop gives the rest up.
  for await (const chunk of body ?? []) {
    count += chunk.byteLength;
    if (count > MOST_BYTES) throw new Error(`${new URL(url).origin} answered more than ${MOST_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
