import { describe, expect, it } from "@jest/globals";

import { withoutSecrets } from "./without-secrets.ts";

describe("withoutSecrets", () => {
  it.each([
    "authorization",
    "Authorization",
    "proxy-authorization",
    "cookie",
    "set-cookie",
    "password",
    "newPassword",
    "secret_key",
    "x-api-key",
    "apiKey",
    "accessToken",
    "refresh_token",
    "x-whisperer-signature",
    "card_number",
    "iban",
  ])("takes the value of %s away", (name) => {
    expect(withoutSecrets({ [name]: "s3cr3t" })).toEqual({ [name]: "[removed]" });
  });

  it.each(["author", "tokens_left", "company", "pantone", "sku", "order_number", "secretary"])(
    "leaves %s alone",
    (name) => {
      expect(withoutSecrets({ [name]: "fact" })).toEqual({ [name]: "fact" });
    },
  );

  it("looks into lists and objects at any depth, and keeps an absent secret absent", () => {
    expect(withoutSecrets({ list: [{ deep: { token: "t", id: 7n } }], password: null, gone: undefined })).toEqual({
      list: [{ deep: { token: "[removed]", id: "7" } }],
      password: null,
    });
  });
});
