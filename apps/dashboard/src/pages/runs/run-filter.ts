/** States of a run, in the order of its life, as the api names them. */
export const RUN_STATUSES = [
  "SCHEDULED",
  "PROCESSING",
  "FINISHED",
  "FAILED",
  "CANCELLED",
  "TIMED_OUT",
  "SKIPPED",
  "MISSED",
] as const;
export type RunStatus = (typeof RUN_STATUSES)[number];

export const RUN_ORIGINS = ["SCHEDULE", "CATCH_UP", "MANUAL", "WEBHOOK", "BACKFILL", "CHUNK"] as const;
export type RunOrigin = (typeof RUN_ORIGINS)[number];

/** How far back the list looks: what the api takes as `from`, and its name. */
export const WINDOWS = {
  "1h": "Last hour",
  "24h": "Last 24 hours",
  "7d": "Last 7 days",
  "30d": "Last 30 days",
  all: "All time",
} as const;
const DEFAULT_FROM = "24h";

/** Which runs a list has: the address of the page holds it, under the names of the api. */
export interface RunFilter {
  readonly status?: readonly RunStatus[];
  readonly origin?: readonly RunOrigin[];
  readonly task?: string;
  readonly schedule?: string;
  readonly queue?: string;
  readonly error?: string;
  readonly fingerprint?: string;
  /** `orderId` or `range.from`, and its value as text. */
  readonly args?: { readonly path: string; readonly value: string };
  readonly lateOverMs?: number;
  readonly q?: string;
  /** An instant, or how long ago: `24h`, which is the default, or `all`. */
  readonly from?: string;
  readonly to?: string;
}

const TEXTS = ["task", "schedule", "queue", "error", "fingerprint", "q"] as const;
const AGO = /^\d{1,6}[smhd]$/;

/** What an address says; what it says wrongly is left out, as the page shows by its chips. */
export function readRunFilter(search: Readonly<Record<string, unknown>>): RunFilter {
  const filter: Record<string, unknown> = {};
  for (const name of TEXTS) {
    const value = toText(search[name]);
    if (value !== "") filter[name] = value;
  }
  const status = readWords(search["status"], RUN_STATUSES);
  if (status.length > 0) filter["status"] = status;
  const origin = readWords(search["origin"], RUN_ORIGINS);
  if (origin.length > 0) filter["origin"] = origin;
  const lateOverMs = Number(search["lateOverMs"] ?? Number.NaN);
  if (Number.isInteger(lateOverMs) && lateOverMs >= 0) filter["lateOverMs"] = lateOverMs;
  const [, path, value] = /^([\w.-]+)=(.*)$/s.exec(toText(search["args"])) ?? [];
  if (path !== undefined) filter["args"] = { path, value };
  for (const name of ["from", "to"] as const) {
    const text = toText(search[name]);
    if (AGO.test(text) || (name === "from" && text === "all")) filter[name] = text;
    else if (!Number.isNaN(Date.parse(text))) filter[name] = new Date(text).toISOString();
  }
  return filter;
}

/** What the api is asked with; the time window is always said. */
export function toRunQuery(filter: RunFilter): RunQuery {
  const { status, origin, args, from = DEFAULT_FROM, ...rest } = filter;
  return {
    ...rest,
    ...(status === undefined || status.length === 0 ? {} : { status: status.join(",") }),
    ...(origin === undefined || origin.length === 0 ? {} : { origin: origin.join(",") }),
    ...(args === undefined ? {} : { args: `${args.path}=${args.value}` }),
    ...(from === "all" ? {} : { from }),
  };
}

export type RunQuery = Omit<RunFilter, "status" | "origin" | "args"> & {
  readonly status?: string;
  readonly origin?: string;
  readonly args?: string;
};

/** The same as search parameters of the page, without the default. */
export function toRunSearch(filter: RunFilter): Record<string, string | number> {
  const { from: _default, ...query } = toRunQuery(filter);
  const said = Object.entries(query).filter(([, value]) => value !== undefined);
  const { from } = filter;
  return { ...Object.fromEntries(said), ...(from === undefined || from === DEFAULT_FROM ? {} : { from }) };
}

export const windowOf = ({ from = DEFAULT_FROM }: RunFilter): string => from;

function readWords<Word extends string>(value: unknown, known: readonly Word[]): Word[] {
  const words = toText(value).split(",");
  const asked = new Set(words.map((word) => word.trim().toUpperCase()));
  return known.filter((word) => asked.has(word));
}

const toText = (value: unknown): string =>
  typeof value === "string" ? value : typeof value === "number" || typeof value === "boolean" ? String(value) : "";
