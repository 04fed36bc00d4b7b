import { collectSettings } from "@drumline/core/config";
import { describe, expect, it } from "@jest/globals";

import { roleOfClaims } from "./role-of-claims.ts";
import { oidcSettings, toOidcConfig } from "./settings.ts";

const GROUPS = {
  oidcRoleClaim: "groups",
  oidcAdminGroups: ["admins", "root"],
  oidcOperatorGroups: ["ops"],
  oidcViewerGroups: ["readers"],
  oidcDefaultRole: "none",
} as const;

describe("the role of somebody at a provider", () => {
  it.each<[string, object, string | null]>([
    ["the highest of many", { groups: ["readers", "ops", "root"] }, "admin"],
    ["the one of a group", { groups: ["staff", "ops"] }, "operator"],
    ["that of a text", { groups: "readers" }, "viewer"],
    ["none without a group that counts", { groups: ["staff"] }, null],
    ["none without the claim", {}, null],
    ["none by letters in another case, or a part of a name", { groups: ["ADMINS", "admins-of-none", "adm"] }, null],
    ["none by what is no text", { groups: [{ name: "admins" }, 7, null, ["admins"]] }, null],
    ["none by a field named like one", { groups: { admins: true } }, null],
  ])("is %s", (_what, claims, role) => {
    expect(roleOfClaims({ ...claims }, GROUPS)).toBe(role);
  });

  it("is read from a claim inside another, and from one whose name has dots", () => {
    const deep = { realm_access: { roles: ["ops"] } };
    expect(roleOfClaims(deep, { ...GROUPS, oidcRoleClaim: "realm_access.roles" })).toBe("operator");
    const dotted = { "https://shop.example.com/roles": ["admins"] };
    expect(roleOfClaims(dotted, { ...GROUPS, oidcRoleClaim: "https://shop.example.com/roles" })).toBe("admin");
    expect(roleOfClaims({}, { ...GROUPS, oidcRoleClaim: "constructor.name" })).toBeNull();
  });

  it("is viewer for everybody else, where that is set", () => {
    expect(roleOfClaims({}, { ...GROUPS, oidcDefaultRole: "viewer" })).toBe("viewer");
  });
});

describe("the settings of a provider", () => {
  const read = (env: Record<string, string>) => collectSettings(oidcSettings, env);
  const keysOf = (env: Record<string, string>) => read(env).problems.map(({ key }) => key);
  const RIGHT = {
    OIDC_ISSUER: "https://login.example.com/realms/shop",
    OIDC_CLIENT_ID: "drumline",
    OIDC_CLIENT_SECRET: "s3cret",
    OIDC_DASHBOARD_URL: "https://ops.example.com/drumline/",
    OIDC_ADMIN_GROUPS: "admins, root",
  };

  it("are none where nothing is set, and whole where all is", () => {
    expect(keysOf({})).toEqual([]);
    expect(toOidcConfig(read({}).values)).toBeNull();
    expect(keysOf(RIGHT)).toEqual([]);
    expect(toOidcConfig(read(RIGHT).values)).toMatchObject({
      oidcDashboardUrl: "https://ops.example.com/drumline",
      oidcAdminGroups: ["admins", "root"],
      oidcScopes: "openid profile email",
    });
  });

  it("are told of all at once where they are wrong, and no secret is shown", () => {
    const { problems } = read({
      OIDC_ISSUER: "http://login.example.com",
      OIDC_CLIENT_SECRET: "s3cret",
      OIDC_SCOPES: "profile",
      OIDC_DEFAULT_ROLE: "admin",
    });
    expect(Object.fromEntries(problems.map(({ key, problem }) => [key, problem]))).toEqual({
      OIDC_ISSUER: expect.stringContaining("expected https://"),
      OIDC_CLIENT_ID: "is missing, and OIDC_ISSUER needs it",
      OIDC_DASHBOARD_URL: "is missing, and OIDC_ISSUER needs it",
      OIDC_SCOPES: expect.stringContaining("expected openid"),
      OIDC_ADMIN_GROUPS: expect.stringContaining("nobody could sign in"),
      OIDC_DEFAULT_ROLE: "expected one of none, viewer",
    });
    expect(JSON.stringify(problems)).not.toContain("s3cret");
  });

  it("mean nothing without an issuer, which is said", () => {
    const { OIDC_ISSUER: _issuer, ...others } = RIGHT;
    expect(read(others).problems).toEqual([
      expect.objectContaining({
        key: "OIDC_ISSUER",
        value: null,
        problem:
          "is missing, and OIDC_CLIENT_ID, OIDC_CLIENT_SECRET, OIDC_DASHBOARD_URL, OIDC_ADMIN_GROUPS mean nothing without it",
      }),
    ]);
  });

  it.each([
    ["OIDC_ISSUER", "login.example.com"],
    ["OIDC_ISSUER", "https://user:pass@login.example.com"],
    ["OIDC_ISSUER", "https://login.example.com/?realm=shop"],
    ["OIDC_DASHBOARD_URL", "ftp://ops.example.com"],
    ["OIDC_DASHBOARD_URL", "http://ops.example.com"],
    ["OIDC_DASHBOARD_URL", "https://ops.example.com/#/"],
  ])("are refused where nobody could be sent: %s=%s", (key, value) => {
    expect(keysOf({ ...RIGHT, [key]: value })).toEqual([key]);
  });

  it("may be of this machine, over plain HTTP", () => {
    expect(
      keysOf({ ...RIGHT, OIDC_ISSUER: "http://localhost:8080", OIDC_DASHBOARD_URL: "http://127.0.0.1:3000" }),
    ).toEqual([]);
  });
});
