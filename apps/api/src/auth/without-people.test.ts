import { describe, expect, it } from "@jest/globals";

import { withoutPeople } from "./without-people.ts";

describe("withoutPeople", () => {
  it("hides what is named for a person, at any depth, and keeps the names of its fields", () => {
    const at = new Date(0);
    expect(
      withoutPeople({
        id: 7n,
        at,
        username: "ada",
        email: null,
        items: [{ ship_to: { line1: "Quay 1", floor: 3 }, "First-Name": "Ada", sku: "S-1" }],
        args: { to: "x", older_than: 30, dryRun: true, only: [] },
      }),
    ).toEqual({
      id: 7n,
      at,
      username: "[hidden]",
      email: null,
      items: [{ ship_to: { line1: "[hidden]", floor: "[hidden]" }, "First-Name": "[hidden]", sku: "S-1" }],
      args: { to: "[hidden]", older_than: "[hidden]", dryRun: true, only: [] },
    });
  });

  it.each([
    ["mail to ada@example.com was refused", "mail to [hidden] was refused"],
    ["digest/ada.b+c@mail.example.co.uk/7", "digest/[hidden]/7"],
    ["<ada@example.com>, 'bob@example.org'", "<[hidden]>, '[hidden]'"],
    ["ünal@örnek.com.tr", "[hidden]"],
    ["nothing@all, and @drumline/core@1", "nothing@all, and @drumline/core@1"],
  ])("takes addresses out of %j", (text, left) => {
    expect(withoutPeople({ reason: text })).toEqual({ reason: left });
  });

  it("leaves where a process listens, and what has a form of its own", () => {
    const value = { address: "http://127.0.0.1:3000", big: 1n, bytes: new Uint8Array([1]), none: undefined };
    expect(withoutPeople(value)).toEqual(value);
  });

  it("finds them in a long text among what is none", () => {
    const [noise, names] = ["a".repeat(1_000_000), "a@".repeat(100_000)];
    expect(withoutPeople(`${noise} ada@example.com ${names} bob@example.com`)).toBe(
      `${noise} [hidden] ${names} [hidden]`,
    );
  });
});
