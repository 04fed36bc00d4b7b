import { createSecretBox } from "@drumline/outbound/secrets";
import { describe, expect, it } from "@jest/globals";

import { sealSecret } from "./secrets.ts";

const KEY = Buffer.alloc(32, 7);

describe("sealSecret", () => {
  it("seals for one owner, whose row alone opens it", () => {
    const sealed = sealSecret(
      "s3cret",
      { kind: "client", name: "acme", urls: ["https://acme.example/api"] },
      { ECOMNOW_SECRET_KEY: KEY.toString("base64") },
    );
    expect(
      createSecretBox({ current: KEY }, {}).open(sealed, { owner: "client acme", url: "https://acme.example/x" }),
    ).toBe("s3cret");
  });

  it("needs the key", () => {
    expect(() =>
      sealSecret("s3cret", { kind: "client", name: "acme", urls: ["https://acme.example/api"] }, {}),
    ).toThrow(/ECOMNOW_SECRET_KEY is not set/);
  });
});
