import { createSecretBox } from "@drumline/outbound/secrets";
import { describe, expect, it } from "@jest/globals";

import { sealSecret } from "./secrets.ts";

const KEY = Buffer.alloc(32, 7);

describe("sealSecret", () => {
  it("seals for one owner, whose row alone opens it", () => {
    const sealed = sealSecret(
      "s3cret",
      { kind: "client", name: "acme" },
      { ECOMNOW_SECRET_KEY: KEY.toString("base64") },
    );
    expect(createSecretBox(KEY, {}).open(sealed, "client acme")).toBe("s3cret");
  });

  it("needs the key", () => {
    expect(() => sealSecret("s3cret", { kind: "client", name: "acme" }, {})).toThrow(/ECOMNOW_SECRET_KEY is not set/);
  });
});
