import { randomBytes } from "node:crypto";

import { DrumlineError } from "@drumline/core/errors";
import pLimit from "p-limit";

// OWASP's parameters of argon2id: 19 MiB, two passes, one lane; about 10 ms.
const COST = { algorithm: 2, memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;
/** Each takes a core and 19 MiB while it runs. */
const MOST_AT_ONCE = 4;
const MOST_WAITING = 100;

/** More passwords wait to be hashed than can be in a second or so. */
export class TooManyHashes extends DrumlineError {
  constructor() {
    super(`${MOST_WAITING} sign-ins are waiting already; try again in a few seconds`, { code: "TOO_MANY_HASHES" });
  }
}

/** Hashes passwords and compares them, a few at a time. */
export interface Passwords {
  /** @throws {TooManyHashes} */
  hash(password: string): Promise<string>;
  /**
   * Whether it is the password behind the hash. Null, for nobody's, is never right and takes as long as any other.
   * @throws {TooManyHashes}
   */
  isRight(hash: string | null, password: string): Promise<boolean>;
}

export function createPasswords(): Passwords {
  const limit = pLimit(MOST_AT_ONCE);
  let nobodys: Promise<string> | undefined;
  // Loaded when it is needed: beats and workers hash nothing.
  const load = () => import("@node-rs/argon2");
  const queue = <Result>(work: () => Promise<Result>): Promise<Result> => {
    if (limit.pendingCount >= MOST_WAITING) throw new TooManyHashes();
    return limit(work);
  };
  return {
    hash: async (password) => queue(async () => (await load()).hash(password.normalize("NFKC"), COST)),
    isRight: async (hash, password) =>
      queue(async () => {
        const argon2 = await load();
        nobodys ??= argon2.hash(randomBytes(32), COST);
        const isRight = await argon2.verify(hash ?? (await nobodys), password.normalize("NFKC"));
        return isRight && hash !== null;
      }),
  };
}

const LEAST_CHARACTERS = 12;
const MOST_CHARACTERS = 200;

/** What is wrong with a password somebody chooses; null where nothing is. Length is what counts, as NIST 800-63B has it. */
export function findPasswordProblem(password: string, userName: string): string | null {
  const characters = Array.from(password.normalize("NFKC")).length;
  if (characters < LEAST_CHARACTERS || characters > MOST_CHARACTERS)
    return `a password has ${LEAST_CHARACTERS} to ${MOST_CHARACTERS} characters; this one has ${characters}`;
  if (new Set(password).size < 5) return "a password has more than four different characters";
  if (password.toLowerCase().includes(userName.toLowerCase())) return "a password does not contain its user's name";
  return null;
}
