import type { Database } from "@drumline/db";
import {
  followIdentity,
  type LivingSession,
  loadCredentials,
  type Passwords,
  type ProvenIdentity,
  recordSecurityEvent,
  type RefusedIdentity,
  type SecurityEventKind,
  type SignInMethod,
  startSession,
  TooManyHashes,
  useSignInLink,
} from "@drumline/engine";
import type { Clock } from "@drumline/core/clock";
import { cutText } from "@drumline/core/text";
import type { FastifyRequest } from "fastify";

import { clientAddressOf, networkOf } from "../http/client-address.ts";
import { HttpProblem } from "../http/problem.ts";
import { openTryWindows } from "./sign-in-limits.ts";

/** Who signed in, and the secret for their cookie. */
export interface SignedIn extends Pick<LivingSession, "name" | "role"> {
  readonly secret: string;
}

export interface SignIn {
  /** @throws {HttpProblem} 401, 429, and 503 while too many are at it */
  byPassword(request: FastifyRequest, credentials: { name: string; password: string }): Promise<SignedIn>;
  /** @throws {HttpProblem} 401 and 429 */
  byLink(request: FastifyRequest, token: string): Promise<SignedIn>;
  /** Of somebody for whom a provider vouches. @throws {HttpProblem} 401 and 429 */
  byIdentity(
    request: FastifyRequest,
    proven: ProvenIdentity,
    toProblem: (refused: RefusedIdentity) => HttpProblem,
  ): Promise<SignedIn>;
  /** Counts and records a try that came to nothing. @throws {HttpProblem} what is given, or 429 */
  refuse(request: FastifyRequest, subject: string | null, method: SignInMethod, problem: HttpProblem): Promise<never>;
}

const WRONG_PER_ACCOUNT = 5;
const WRONG_PER_ADDRESS = 20;
const MOST_AGENT_CODE_POINTS = 200;

/**
 * Nobody learns whether a name is one: an unknown one, a disabled one and one without a password are answered as a wrong
 * password is, and as late. An account's tries are counted before its password is looked at, an address's wrong ones after
 * it: whoever shares an address with a guesser is let in with the right password.
 */
export function createSignIn(db: Database, clock: Clock, passwords: Passwords): SignIn {
  const ofAccount = openTryWindows(clock, WRONG_PER_ACCOUNT);
  // Apart from the others, so that names that are made up crowd no real one out.
  const ofUnknownName = openTryWindows(clock, WRONG_PER_ACCOUNT);
  const ofAddress = openTryWindows(clock, WRONG_PER_ADDRESS);

  const record = (request: FastifyRequest, kind: SecurityEventKind, subject: string | null, detail: object) =>
    recordSecurityEvent(db, {
      at: clock.now(),
      kind,
      actor: kind === "SIGN_IN" ? subject : null,
      subject,
      remoteAddr: clientAddressOf(request),
      detail,
    });

  const refuse: SignIn["refuse"] = async (request, subject, method, problem) => {
    const exceeded = ofAddress.take(networkOf(request));
    if (exceeded === null) {
      const why = method === "OIDC" ? { code: problem.facts.code } : {};
      await record(request, "SIGN_IN_FAILED", subject, { method, ...why });
      throw problem;
    }
    if (exceeded.isFirstRefusal) await record(request, "SIGN_INS_BLOCKED", null, { of: "address", method });
    throw tooMany("from this address", exceeded.waitSeconds);
  };

  const begin = async (
    request: FastifyRequest,
    method: SignInMethod,
    find: (
      tx: Parameters<typeof useSignInLink>[0],
    ) => Promise<{ id: string; name: string; role: LivingSession["role"] } | null>,
  ): Promise<SignedIn | null> => {
    const now = clock.now();
    const signedIn = await db.$transaction(async (tx) => {
      const user = await find(tx);
      if (user === null) return null;
      const userAgent = request.headers["user-agent"];
      const secret = await startSession(
        tx,
        {
          userId: user.id,
          method,
          remoteAddr: clientAddressOf(request),
          userAgent: userAgent === undefined ? null : cutText(userAgent, MOST_AGENT_CODE_POINTS),
        },
        now,
      );
      return { name: user.name, role: user.role, secret };
    });
    if (signedIn !== null) await record(request, "SIGN_IN", signedIn.name, { method });
    return signedIn;
  };

  return {
    byPassword: async (request, { name, password }) => {
      const user = await loadCredentials(db, name);
      const [windows, key] = user === null ? [ofUnknownName, name.toLowerCase()] : [ofAccount, user.id];
      const exceeded = windows.take(key);
      if (exceeded !== null) {
        if (exceeded.isFirstRefusal && user !== null)
          await record(request, "SIGN_INS_BLOCKED", user.name, { of: "account", method: "PASSWORD" });
        throw tooMany("for this name", exceeded.waitSeconds);
      }
      const hash = user === null || user.isDisabled ? null : user.passwordHash;
      const isRight = await passwords.isRight(hash, password).catch((error: unknown) => {
        windows.giveBack(key);
        throw error instanceof TooManyHashes ? busy(error) : error;
      });
      if (!isRight || user === null) return refuse(request, user?.name ?? null, "PASSWORD", wrongCredentials());
      windows.giveBack(key);
      return (await begin(request, "PASSWORD", async () => user))!;
    },
    byLink: async (request, token) =>
      (await begin(request, "LINK", (tx) => useSignInLink(tx, token, clock.now()))) ??
      refuse(request, null, "LINK", wrongLink()),
    byIdentity: async (request, proven, toProblem) => {
      let refused: RefusedIdentity | null = null;
      const signedIn = await begin(request, "OIDC", async (tx) => {
        const found = await followIdentity(tx, proven, { now: clock.now(), remoteAddr: clientAddressOf(request) });
        refused = "why" in found ? found : null;
        return "why" in found ? null : found;
      });
      if (signedIn !== null) return signedIn;
      return refuse(request, refused!.name, "OIDC", toProblem(refused!));
    },
    refuse,
  };
}

const wrongCredentials = (): HttpProblem =>
  new HttpProblem(401, "The name or the password is wrong.", { code: "WRONG_CREDENTIALS" });

const wrongLink = (): HttpProblem =>
  new HttpProblem(
    401,
    "This link is not good any more: it works once, and for 15 minutes. Ask for another one, or make one: drumline users link <name>",
    { code: "WRONG_LINK" },
  );

const tooMany = (what: string, waitSeconds: number): HttpProblem =>
  new HttpProblem(429, `There were too many wrong tries ${what}; try again in ${waitSeconds} s.`, {
    code: "TOO_MANY_FAILURES",
    headers: { "retry-after": String(waitSeconds) },
  });

const busy = (cause: TooManyHashes): HttpProblem =>
  new HttpProblem(503, `Nobody can sign in right now: ${cause.message}.`, {
    code: "TOO_MANY_HASHES",
    headers: { "retry-after": "2" },
    cause,
  });
