import type { Tone } from "../../parts/status.ts";

/** A row of any kind, as the api shows it. */
export type Row = Readonly<Record<string, unknown>> & { readonly id: string; readonly version: number };

export interface Field {
  readonly name: string;
  readonly label: string;
  readonly kind: "text" | "number" | "switch" | "select" | "list" | "pairs" | "secret";
  readonly options?: readonly string[];
  readonly about?: string;
  /** Empty means none, which the api calls null. */
  readonly mayBeEmpty?: true;
}

export interface Kind {
  readonly path: string;
  readonly title: string;
  readonly one: string;
  readonly about: string;
  readonly nameOf: (row: Row) => string;
  readonly lineOf: (row: Row) => string;
  readonly stateOf: (row: Row) => { readonly tone: Tone; readonly word: string };
  readonly timeOf: (row: Row) => string | null;
  readonly fields: readonly Field[];
}

const AUTH: readonly Field[] = [
  { name: "authKind", label: "Signs in by", kind: "select", options: ["NONE", "BEARER", "BASIC", "HEADER"] },
  { name: "authName", label: "User or header", kind: "text", mayBeEmpty: true },
  { name: "authSecret", label: "Secret", kind: "secret", about: "Left empty, the one that is set stays." },
];
const ACTIVE: Field = { name: "isActive", label: "Active", kind: "switch" };

const activeOf = ({ isActive }: Row) =>
  isActive === true ? ({ tone: "finished", word: "Active" } as const) : ({ tone: "skipped", word: "Off" } as const);
const text = (value: unknown): string => (typeof value === "string" || typeof value === "number" ? String(value) : "");
const instantOf = (value: unknown): string | null => (typeof value === "string" ? value : null);

/** What is configured through the api and not by env keys. */
export const KINDS: Readonly<Record<string, Kind>> = {
  vendors: {
    path: "vendors",
    title: "Vendors",
    one: "vendor",
    about: "Who sends feeds of stock and products.",
    nameOf: ({ name }) => text(name),
    lineOf: ({ code, kind, feedUrl }) => `${text(code)} · ${text(kind)} · ${text(feedUrl) || "no feed"}`,
    stateOf: activeOf,
    timeOf: () => null,
    fields: [
      ACTIVE,
      { name: "name", label: "Name", kind: "text" },
      { name: "kind", label: "Kind", kind: "select", options: ["STOCK", "CBP"] },
      { name: "feedUrl", label: "Feed", kind: "text", mayBeEmpty: true },
      { name: "feedFormat", label: "Format", kind: "select", options: ["CSV", "JSON_LINES"] },
      { name: "feedEncoding", label: "Encoding", kind: "text", about: "utf-8, windows-1252, utf-16le" },
      { name: "feedDelimiter", label: "Delimiter", kind: "text" },
      { name: "feedColumns", label: "Columns", kind: "pairs", about: "A line each: sku = Article" },
      ...AUTH,
      { name: "maxShrinkPercent", label: "May shrink by, in percent", kind: "number" },
      { name: "maxBadPercent", label: "Bad lines at most, in percent", kind: "number" },
      { name: "acceptsShrunkenFeed", label: "The next shrunken feed is right", kind: "switch" },
      { name: "deleteInactiveAfterDays", label: "Deletes what is inactive after, in days", kind: "number" },
      { name: "purgeAfterDays", label: "Purges after, in days", kind: "number" },
      { name: "categoryUrl", label: "Categories", kind: "text", mayBeEmpty: true },
    ],
  },
  clients: {
    path: "clients",
    title: "Clients",
    one: "client",
    about: "Whose systems orders, products and stock are exchanged with.",
    nameOf: ({ name }) => text(name),
    lineOf: ({ code, task, baseUrl }) => `${text(code)} · ${text(task)} · ${text(baseUrl)}`,
    stateOf: activeOf,
    timeOf: () => null,
    fields: [
      ACTIVE,
      { name: "name", label: "Name", kind: "text" },
      { name: "baseUrl", label: "Base URL", kind: "text" },
      { name: "task", label: "Served by", kind: "select", options: ["eComNowClientsApiIntegrations", "Boxout"] },
      { name: "timeoutMs", label: "Timeout, in ms", kind: "number" },
      ...AUTH,
    ],
  },
  "client-endpoints": {
    path: "client-endpoints",
    title: "Endpoints",
    one: "endpoint",
    about: "What is exchanged with each client, which way and how often.",
    nameOf: ({ entity, direction, clientId }) => `${text(entity)} ${text(direction)} · client ${text(clientId)}`,
    lineOf: ({ path, intervalSeconds, lastError }) =>
      `${text(path)} · every ${text(intervalSeconds)} s${lastError === null ? "" : ` · ${text(lastError)}`}`,
    stateOf: (row) => {
      if (row["pausedAt"] !== null) return { tone: "late", word: "Paused" };
      const failures = Number(row["consecutiveFailures"]);
      return failures > 0 ? { tone: "failed", word: `${failures} failed` } : activeOf(row);
    },
    timeOf: ({ lastSuccessAt }) => instantOf(lastSuccessAt),
    fields: [
      ACTIVE,
      { name: "path", label: "Path", kind: "text", about: "Behind the client's base URL." },
      { name: "pageSize", label: "Records a page", kind: "number" },
      { name: "intervalSeconds", label: "Every, in seconds", kind: "number" },
    ],
  },
  "watched-apis": {
    path: "watched-apis",
    title: "Watched APIs",
    one: "watched API",
    about: "Addresses that are called to know whether they answer.",
    nameOf: ({ name }) => text(name),
    lineOf: ({ method, url, actualStatus, latencyMs }) =>
      [
        `${text(method)} ${text(url)}`,
        ...(actualStatus === null ? [] : [`answered ${text(actualStatus)}`]),
        ...(latencyMs === null ? [] : [`${text(latencyMs)} ms`]),
      ].join(" · "),
    stateOf: (row) => {
      if (row["isActive"] !== true) return activeOf(row);
      if (row["state"] === "UP") return { tone: "finished", word: "Up" };
      return row["state"] === "DOWN" ? { tone: "failed", word: "Down" } : { tone: "planned", word: "Not known" };
    },
    timeOf: ({ checkedAt }) => instantOf(checkedAt),
    fields: [
      ACTIVE,
      { name: "url", label: "URL", kind: "text" },
      {
        name: "method",
        label: "Method",
        kind: "select",
        options: ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"],
      },
      { name: "expectedStatus", label: "Status that is right", kind: "number" },
      { name: "bodyMatch", label: "Text in the answer", kind: "text", mayBeEmpty: true },
      { name: "timeoutMs", label: "Timeout, in ms", kind: "number" },
      { name: "failuresToDown", label: "Failures until it is down", kind: "number" },
      { name: "recipients", label: "Who is written to", kind: "list", about: "An address a line." },
    ],
  },
};
