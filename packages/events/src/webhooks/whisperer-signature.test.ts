import { describe, expect, it } from "@jest/globals";

import { isWhispererSignature, signWhisperer } from "./whisperer-signature.ts";

describe("Whisperer's signature", () => {
  it("is the hex HMAC of the exact body, keyed with the secret as it stands", () => {
    // RFC 4231, test case 2.
    expect(signWhisperer("package.created", "what do ya want for nothing?", "Jefe")).toEqual({
      "x-whisperer-event": "package.created",
      "x-whisperer-signature": "sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
    });
  });

  it("is left out without a secret", () => {
    expect(signWhisperer("package.created", "{}", null)).toEqual({ "x-whisperer-event": "package.created" });
  });

  it("is believed for its own body only", () => {
    const { "x-whisperer-signature": signature } = signWhisperer("e", "{}", "s");
    expect(isWhispererSignature(signature!, "{}", "s")).toBe(true);
    expect(isWhispererSignature(signature!, "{ }", "s")).toBe(false);
    expect(isWhispererSignature("sha256=", "{}", "s")).toBe(false);
  });
});
