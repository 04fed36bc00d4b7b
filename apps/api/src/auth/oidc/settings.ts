import { choice, optionalText, optionalUrl, type Setting, text, type ValuesOf } from "@drumline/core/config";

/** Where the provider sends a browser back to, beneath the address of the dashboard. */
export const CALLBACK = "/api/v1/session/oidc/callback";

type Beside = NonNullable<Setting<unknown>["refuseBeside"]>;

const GROUP_KEYS = ["OIDC_ADMIN_GROUPS", "OIDC_OPERATOR_GROUPS", "OIDC_VIEWER_GROUPS"] as const;

/** Sign-in at an OpenID Connect provider; on where OIDC_ISSUER is set. */
export const oidcSettings = {
  oidcIssuer: {
    ...optionalUrl("OIDC_ISSUER", ["https", "http"], {
      about:
        "Lets people sign in at this OpenID Connect provider: its issuer, beneath which /.well-known/openid-configuration lies. Plain HTTP only on this machine. Empty: by password and by link alone.",
      example: "https://login.example.com/realms/shop",
    }),
    secret: false,
    parse: parseIssuer,
    refuseBeside: (raw, holds) => {
      const given = ["OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET", "OIDC_DASHBOARD_URL", ...GROUP_KEYS].filter(holds);
      return raw === null && given.length > 0 ? `is missing, and ${given.join(", ")} mean nothing without it` : null;
    },
  },
  oidcClientId: {
    ...optionalText("OIDC_CLIENT_ID", { about: "What the provider calls this application.", example: "drumline" }),
    refuseBeside: neededBy("OIDC_ISSUER"),
  },
  oidcClientSecret: optionalText("OIDC_CLIENT_SECRET", {
    secret: true,
    about: "What the provider has given this application to prove itself; empty for a public client.",
  }),
  oidcDashboardUrl: {
    ...optionalText("OIDC_DASHBOARD_URL", {
      about: `Where people open the dashboard. Followed by ${CALLBACK} it is the redirect URI that the provider must know.`,
      example: "https://ops.example.com",
    }),
    parse: parseDashboardUrl,
    refuseBeside: neededBy("OIDC_ISSUER"),
  },
  oidcScopes: {
    ...text("OIDC_SCOPES", {
      fallback: "openid profile email",
      about: "What is asked of the provider, separated by blanks; some tell of groups only where one of these says so.",
    }),
    parse: parseScopes,
  },
  oidcLabel: text("OIDC_LABEL", {
    fallback: "Sign in with single sign-on",
    about: "What stands on the button of the sign-in page.",
  }),
  oidcRoleClaim: text("OIDC_ROLE_CLAIM", {
    fallback: "groups",
    about:
      "The claim that holds somebody's groups or roles, a text or a list; dots lead into what lies deeper, as in realm_access.roles.",
  }),
  oidcAdminGroups: {
    ...groups("OIDC_ADMIN_GROUPS", "admin"),
    refuseBeside: (_raw, holds) =>
      holds("OIDC_ISSUER") !== null && !GROUP_KEYS.some(holds) && holds("OIDC_DEFAULT_ROLE")?.toLowerCase() !== "viewer"
        ? `is empty, as are ${GROUP_KEYS.slice(1).join(" and ")}, and OIDC_DEFAULT_ROLE gives nobody a role: nobody could sign in`
        : null,
  } as Setting<readonly string[]>,
  oidcOperatorGroups: groups("OIDC_OPERATOR_GROUPS", "operator"),
  oidcViewerGroups: groups("OIDC_VIEWER_GROUPS", "viewer"),
  oidcDefaultRole: choice("OIDC_DEFAULT_ROLE", ["none", "viewer"], {
    fallback: "none",
    about: "The role of whoever is in none of these groups; none lets them in not at all.",
  }),
} as const satisfies Readonly<Record<string, Setting<unknown>>>;

export type OidcSettings = ValuesOf<typeof oidcSettings>;

/** As `OidcSettings`, of a provider that is there. */
export interface OidcConfig extends OidcSettings {
  readonly oidcIssuer: string;
  readonly oidcClientId: string;
  readonly oidcDashboardUrl: string;
}

/** Null where nobody signs in at a provider. */
export function toOidcConfig(settings: OidcSettings): OidcConfig | null {
  const { oidcIssuer, oidcClientId, oidcDashboardUrl } = settings;
  if (oidcIssuer === null || oidcClientId === null || oidcDashboardUrl === null) return null;
  return { ...settings, oidcIssuer, oidcClientId, oidcDashboardUrl };
}

function neededBy(key: string): Beside {
  return (raw, holds) => (raw === null && holds(key) !== null ? `is missing, and ${key} needs it` : null);
}

function groups(key: string, role: string): Setting<readonly string[]> {
  return {
    key,
    fallback: "",
    example: `drumline-${role}s`,
    about: `Whoever is in one of these groups of the provider, separated by commas, is ${role === "viewer" ? "a" : "an"} ${role}; the highest role counts.`,
    parse: (raw) =>
      raw
        .split(",")
        .map((group) => group.trim())
        .filter((group) => group !== ""),
  };
}

function parseIssuer(raw: string): string {
  const issuer = parseWebAddress(raw);
  if (issuer.search !== "" || issuer.hash !== "")
    throw new Error("expected an issuer, which has nothing behind a ? or #");
  return raw;
}

/** Without a slash at its end, so that paths can follow. */
function parseDashboardUrl(raw: string): string {
  const address = parseWebAddress(raw);
  if (address.search !== "" || address.hash !== "") throw new Error("expected an address without ? and #");
  return address.href.replace(/\/+$/, "");
}

function parseWebAddress(raw: string): URL {
  const address = URL.canParse(raw) ? new URL(raw) : null;
  if (address === null || !/^https?:$/.test(address.protocol)) throw new Error("expected an address with https://");
  if (address.username !== "" || address.password !== "") throw new Error("expected an address without a login in it");
  if (address.protocol === "http:" && !isOfThisMachine(address.hostname))
    throw new Error("expected https://: over plain HTTP, but on the same machine, anybody on the way could sign in");
  return address;
}

const isOfThisMachine = (host: string): boolean =>
  host === "localhost" || host.endsWith(".localhost") || host === "[::1]" || /^127(\.\d{1,3}){3}$/.test(host);

function parseScopes(raw: string): string {
  const scopes = raw.split(/\s+/);
  if (!scopes.includes("openid")) throw new Error("expected openid among the scopes: without it nobody is told of");
  return scopes.join(" ");
}
