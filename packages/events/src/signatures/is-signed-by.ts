import { createHmac, timingSafeEqual } from "node:crypto";

/** Whether one of the signatures is the HMAC-SHA256 of the text under one of the keys, which are several while rotating. */
export function isSignedBy(
  keys: readonly (string | Buffer)[],
  signed: string | Buffer,
  { signatures, encoding }: { readonly signatures: readonly string[]; readonly encoding: "hex" | "base64" },
): boolean {
  const expected = keys.map((key) => Buffer.from(createHmac("sha256", key).update(signed).digest(encoding)));
  const offered = signatures.map((signature) => Buffer.from(signature));
  // All are compared, so that the time taken does not tell which key came near.
  const fits = expected.flatMap((one) =>
    offered.map((other) => one.length === other.length && timingSafeEqual(one, other)),
  );
  return fits.includes(true);
}
