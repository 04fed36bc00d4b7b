import { createHash, randomBytes } from "node:crypto";

/** 128 bits: nobody guesses one. */
const TOKEN_BYTES = 16;

/** What stands in a link of a mail and nowhere else. */
export const newLinkToken = (): string => randomBytes(TOKEN_BYTES).toString("base64url");

/** As tables keep it (hexadecimal sha256), so that who reads them opens no link. */
export const hashOfLinkToken = (token: string): string => createHash("sha256").update(token, "utf8").digest("hex");
