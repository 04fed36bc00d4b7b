import { createCipheriv, randomBytes } from "node:crypto";

import { readSettings } from "@drumline/core/config";
import { describe, expect, it } from "@jest/globals";

import { hideSecret, toAuthHeaders } from "./auth.ts";
import { createSecretBox, UnusableSecret } from "./secret-box.ts";
import { secretSettings } from "./settings.ts";

const KEY = Buffer.alloc(32, 7);
const NEW_KEY = Buffer.alloc(32, 9);
const env = {
  ECOMNOW_SECRET_ACME: "from env",
  ECOMNOW_SECRET_BOUND: "bound",
  ECOMNOW_SECRET_BOUND_HOSTS: "acme.example, b.example:8443",
  DATABASE_URL: "postgres://x",
  ECOMNOW_SECRET_KEY: KEY.toString("base64"),
  ECOMNOW_SECRET_KEY_PREVIOUS: KEY.toString("base64"),
};
const box = createSecretBox({ current: KEY }, env);
const OWNER = "client acme";
const URL = "https://acme.example/api";
const use = { owner: OWNER, url: URL };

/** As releases before this one sealed: for an owner, no host, no key's name. */
function sealAsBefore(plain: string): string {
  const nonce = randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", KEY, nonce).setAAD(Buffer.from(OWNER));
  const bytes = Buffer.concat([nonce, cipher.update(plain, "utf8"), cipher.final(), cipher.getAuthTag()]);
  return `sealed:v1:${bytes.toString("base64")}`;
}

describe("a secret", () => {
  it("opens for the row and the hosts it was sealed for, and by its name in the environment", () => {
    const sealed = box.seal("s3cret", OWNER, [URL, "https://feeds.acme.example:8443/x"]);
    expect(sealed).toMatch(/^sealed:v2:[0-9a-f]{8}:[\w+/]+=*$/);
    for (const url of [URL, "https://ACME.example:443/other", "https://feeds.acme.example:8443/"])
      expect(box.open(sealed, { owner: OWNER, url })).toBe("s3cret");
    expect(box.open("env:ECOMNOW_SECRET_ACME", use)).toBe("from env");
  });

  it.each([
    "https://evil.example/api",
    "https://acme.example:8443/api",
    "https://acme.example@evil.example/",
    "nowhere",
  ])("is not sent to another host than it was sealed for: %s", (url) => {
    const open = () => box.open(box.seal("s3cret", OWNER, [URL]), { owner: OWNER, url });
    expect(open).toThrow(/it is sealed for acme\.example, and would be sent to/);
    expect(open).not.toThrow(/s3cret/);
  });

  it("that is a reference may name its hosts beside it, and is sent nowhere else then", () => {
    for (const url of [URL, "https://b.example:8443/"])
      expect(box.open("env:ECOMNOW_SECRET_BOUND", { owner: OWNER, url })).toBe("bound");
    expect(() => box.open("env:ECOMNOW_SECRET_BOUND", { owner: OWNER, url: "https://evil.example" })).toThrow(
      /ECOMNOW_SECRET_BOUND_HOSTS does not name evil\.example/,
    );
  });

  const sealed = box.seal("s3cret", OWNER, [URL]);
  const [mark, , id, bytes] = sealed.split(":");
  it.each([
    ["copied to another row", sealed, "client other"],
    ["tampered with", sealed.slice(0, -6) + (sealed.endsWith("AAAA==") ? "BBBB==" : "AAAA=="), OWNER],
    ["cut short", sealed.slice(0, 40), OWNER],
    ["without bytes", `${mark}:v2:${id}:`, OWNER],
    ["under another key's name", `${mark}:v2:00000000:${bytes}`, OWNER],
    ["given out as one of before", `${mark}:v1:${bytes}`, OWNER],
    ["plain", "s3cret", OWNER],
    ["another env key", "env:DATABASE_URL", OWNER],
    ["the key that seals", "env:ECOMNOW_SECRET_KEY", OWNER],
    ["a key that sealed", "env:ECOMNOW_SECRET_KEY_PREVIOUS", OWNER],
    ["an env key that is not set", "env:ECOMNOW_SECRET_NONE", OWNER],
  ])("does not open when it is %s, and the error holds none of it", (_what, stored, owner) => {
    const open = () => box.open(stored, { owner, url: URL });
    expect(open).toThrow(UnusableSecret);
    expect(open).not.toThrow(/s3cret|postgres/);
  });

  it("needs the key", () => {
    const none = createSecretBox({ current: null }, {});
    expect(() => none.open(sealed, use)).toThrow(/ECOMNOW_SECRET_KEY is not set/);
    expect(() => none.seal("s3cret", OWNER, [URL])).toThrow(/ECOMNOW_SECRET_KEY is not set/);
  });

  it("does not become a header of another name, or two", () => {
    const auth = (authName: string, secret: string) => () =>
      toAuthHeaders({ authKind: "HEADER", authName, authSecret: box.seal(secret, OWNER, [URL]) }, use, box);
    for (const name of ["Host", "Content-Length", "x\r\ny", "", "Transfer-Encoding"])
      expect(auth(name, "s3cret")).toThrow(/is not a header's name/);
    expect(auth("X-Api-Key", "a\r\nx-evil: 1")).toThrow(/no header can carry/);
  });

  it("is hidden in every form it may come back in", () => {
    const stored = { authKind: "BASIC", authName: "shop", authSecret: box.seal('a"b c', OWNER, [URL]) } as const;
    const hide = hideSecret(stored, use, box);
    const basic = Buffer.from('shop:a"b c').toString("base64");
    expect(hide(`x a"b c y ${JSON.stringify({ s: 'a"b c' })} Basic ${basic}`)).toBe(
      'x [secret] y {"s":"[secret]"} Basic [secret]',
    );
    expect(hideSecret({ ...stored, authSecret: "plain" }, use, box)("text")).toBe("text");
  });
});

describe("a change of the key", () => {
  const sealed = box.seal("s3cret", OWNER, [URL]);
  const rotating = createSecretBox({ current: NEW_KEY, previous: [KEY] }, {});
  const after = createSecretBox({ current: NEW_KEY }, {});

  it("opens what the previous one sealed, and seals it anew for the same row and hosts", () => {
    expect(rotating.open(sealed, use)).toBe("s3cret");
    expect(() => after.open(sealed, use)).toThrow(/sealed with the key [0-9a-f]{8}, which is neither/);
    const anew = rotating.reseal(sealed, OWNER, ["https://moved.example"])!;
    expect(after.open(anew, use)).toBe("s3cret");
    expect(() => after.open(anew, { owner: OWNER, url: "https://moved.example" })).toThrow(/sealed for acme\.example/);
    expect(rotating.reseal(anew, OWNER, [URL])).toBeNull();
  });

  it("binds what a release before this one sealed to where its row leads", () => {
    const old = sealAsBefore("s3cret");
    expect(box.open(old, { owner: OWNER, url: "https://anywhere.example" })).toBe("s3cret");
    const anew = box.reseal(old, OWNER, [URL])!;
    expect(box.open(anew, use)).toBe("s3cret");
    expect(() => box.open(anew, { owner: OWNER, url: "https://anywhere.example" })).toThrow(/sealed for acme/);
  });

  it("leaves references and plain texts alone, and says which key is missing", () => {
    expect(rotating.reseal("env:ECOMNOW_SECRET_ACME", OWNER, [URL])).toBeNull();
    expect(rotating.reseal("plain", OWNER, [URL])).toBeNull();
    expect(() => after.reseal(sealed, OWNER, [URL])).toThrow(/ECOMNOW_SECRET_KEY_PREVIOUS/);
  });
});

describe("the keys of an environment", () => {
  it("are one that seals and any number that sealed", () => {
    const [one, other] = [randomBytes(32).toString("base64"), randomBytes(32).toString("base64")];
    expect(
      readSettings(secretSettings, { ECOMNOW_SECRET_KEY: one, ECOMNOW_SECRET_KEY_PREVIOUS: ` ${one}, ${other} ` }),
    ).toEqual({
      ecomnowSecretKey: Buffer.from(one, "base64"),
      ecomnowSecretKeyPrevious: [one, other].map((key) => Buffer.from(key, "base64")),
    });
    expect(readSettings(secretSettings, {})).toEqual({ ecomnowSecretKey: null, ecomnowSecretKeyPrevious: [] });
  });
});
