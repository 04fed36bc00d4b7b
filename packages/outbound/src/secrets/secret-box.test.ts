import { describe, expect, it } from "@jest/globals";

import { hideSecret, toAuthHeaders } from "./auth.ts";
import { createSecretBox, UnusableSecret } from "./secret-box.ts";

const KEY = Buffer.alloc(32, 7);
const env = {
  ECOMNOW_SECRET_ACME: "from env",
  DATABASE_URL: "postgres://x",
  ECOMNOW_SECRET_KEY: KEY.toString("base64"),
};
const box = createSecretBox(KEY, env);

describe("a secret", () => {
  it("opens for the owner it was sealed for, and by its name in the environment", () => {
    expect(box.open(box.seal("s3cret", "client acme"), "client acme")).toBe("s3cret");
    expect(box.open("env:ECOMNOW_SECRET_ACME", "client acme")).toBe("from env");
  });

  const sealed = box.seal("s3cret", "client acme");
  it.each([
    ["copied to another row", sealed, "client other"],
    ["tampered with", sealed.slice(0, -6) + (sealed.endsWith("AAAA==") ? "BBBB==" : "AAAA=="), "client acme"],
    ["cut short", sealed.slice(0, 20), "client acme"],
    ["plain", "s3cret", "client acme"],
    ["another env key", "env:DATABASE_URL", "client acme"],
    ["the key that seals", "env:ECOMNOW_SECRET_KEY", "client acme"],
    ["an env key that is not set", "env:ECOMNOW_SECRET_NONE", "client acme"],
  ])("does not open when it is %s, and the error holds none of it", (_what, stored, owner) => {
    const open = () => box.open(stored, owner);
    expect(open).toThrow(UnusableSecret);
    expect(open).not.toThrow(/s3cret|postgres/);
  });

  it("needs the key", () => {
    expect(() => createSecretBox(null, {}).open(sealed, "client acme")).toThrow(/ECOMNOW_SECRET_KEY is not set/);
  });

  it("does not become a header of another name, or two", () => {
    const auth = (authName: string, secret: string) => () =>
      toAuthHeaders({ authKind: "HEADER", authName, authSecret: box.seal(secret, "client acme") }, "client acme", box);
    for (const name of ["Host", "Content-Length", "x\r\ny", "", "Transfer-Encoding"])
      expect(auth(name, "s3cret")).toThrow(/is not a header's name/);
    expect(auth("X-Api-Key", "a\r\nx-evil: 1")).toThrow(/no header can carry/);
  });

  it("is hidden in every form it may come back in", () => {
    const stored = { authKind: "BASIC", authName: "shop", authSecret: box.seal('a"b c', "client acme") } as const;
    const hide = hideSecret(stored, "client acme", box);
    const basic = Buffer.from('shop:a"b c').toString("base64");
    expect(hide(`x a"b c y ${JSON.stringify({ s: 'a"b c' })} Basic ${basic}`)).toBe(
      'x [secret] y {"s":"[secret]"} Basic [secret]',
    );
    expect(hideSecret({ ...stored, authSecret: "plain" }, "client acme", box)("text")).toBe("text");
  });
});
