import { DrumlineError } from "@drumline/core/errors";

/** Which call went wrong; the URL is already free of secrets. */
export interface CallSite {
  /** The outside system by name: Omnitron, inventory engine. */
  readonly system: string;
  readonly method: string;
  readonly url: string;
}

/** Root of what an outside system can do to us. The subclass is the decision the caller has to make. */
export abstract class OutboundError extends DrumlineError {
  readonly system: string;
  /** Whether asking again for the same thing may help. */
  abstract readonly retriable: boolean;

  constructor(site: CallSite, problem: string, options: { code: string; cause?: unknown }) {
    super(`${site.system}: ${site.method} ${site.url} ${problem}`, options);
    this.system = site.system;
  }
}

/** 401 or 403: no retry helps until somebody changes the credentials. */
export class AuthenticationRefused extends OutboundError {
  readonly retriable = false;

  constructor(site: CallSite, status: number, cure: string) {
    super(site, `answered ${status}: it does not accept our credentials. ${cure}`, { code: "AUTHENTICATION_REFUSED" });
  }
}

/** 429, 503 with a Retry-After, or a throttling of AWS: come back after `retryAfterMs`, which is bounded. */
export class RateLimited extends OutboundError {
  readonly retriable = true;
  readonly retryAfterMs: number;

  constructor(site: CallSite, retryAfterMs: number, answer?: Silenced) {
    super(site, answer === undefined ? tooMany(retryAfterMs) : asksForSilence(answer), { code: "RATE_LIMITED" });
    this.retryAfterMs = retryAfterMs;
  }
}

interface Silenced {
  readonly status: number;
  readonly until: Date;
  /** What it asked for, where that is more than it gets. */
  readonly askedMs: number | null;
  readonly delayMs: number;
}

const toSeconds = (ms: number): number => Math.ceil(ms / 1_000);

const tooMany = (retryAfterMs: number): string =>
  `answered that there are too many requests; it may be asked again in ${toSeconds(retryAfterMs)} s.`;

function asksForSilence({ status, until, askedMs, delayMs }: Silenced): string {
  const asked = askedMs === null ? "" : `; it asked for ${toSeconds(askedMs)} s, capped at ${toSeconds(delayMs)} s`;
  return `asked for silence until ${until.toISOString()} (it answered ${status}${asked}).`;
}

/** No answer, a late one, a 5xx, or an open circuit: it may work later, nothing is known to have happened. */
export class Unavailable extends OutboundError {
  readonly retriable: boolean;

  constructor(site: CallSite, problem: string, options: { retriable?: boolean; cause?: unknown } = {}) {
    super(site, problem, { code: "UNAVAILABLE", cause: options.cause });
    this.retriable = options.retriable ?? true;
  }
}

/** An answer that cannot be read as what was asked for: truncated, not JSON, too big, an unexpected status or shape. */
export class UnusableAnswer extends OutboundError {
  readonly retriable: boolean;
  /** The status that was not expected; null where the status was fine and the body was not. */
  readonly status: number | null;
  /** The beginning of what came with that status, for who knows the system's own errors; null where the status was fine. */
  readonly said: string | null;

  constructor(
    site: CallSite,
    problem: string,
    options: { retriable?: boolean; status?: number; said?: string; cause?: unknown } = {},
  ) {
    super(site, problem, { code: "UNUSABLE_ANSWER", cause: options.cause });
    this.status = options.status ?? null;
    this.said = options.said ?? null;
    this.retriable = options.retriable ?? false;
  }
}

const MIB = 1_024 * 1_024;

/** An answer that is longer than one may be: whoever knows how it was asked for says how to ask for less. */
export class AnswerTooBig extends UnusableAnswer {
  constructor(site: CallSite, { status, mostBytes }: { readonly status: number; readonly mostBytes: number }) {
    const inMib = mostBytes % MIB === 0 ? ` (${mostBytes / MIB} MiB)` : "";
    const problem = `answered ${status} with more than the ${mostBytes} bytes allowed${inMib} for one answer. Nothing of it was used.`;
    super(site, `${problem} Ask for smaller pages.`);
  }
}
