import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";

import type { CognitoGateway, CognitoUser } from "../src/aws/index.ts";
import { AuthenticationRefused, RateLimited, Unavailable, UnusableAnswer } from "../src/http/index.ts";
import { startAws } from "./aws-sandbox.ts";

const forever = new AbortController().signal;

async function listAll(cognito: CognitoGateway, signal = forever): Promise<CognitoUser[]> {
  const users: CognitoUser[] = [];
  for await (const page of cognito.listUsers(signal)) users.push(...page);
  return users;
}

describe("the Cognito gateway against the sandbox", () => {
  let aws: Awaited<ReturnType<typeof startAws>>;
  beforeAll(async () => {
    aws = await startAws();
  });
  afterAll(() => aws.close());
  beforeEach(() => aws.reset());

  const ann = {
    username: "Ann",
    sub: "1-2",
    email: "ann@example.com",
    platform: "EU",
    createdAt: "2026-02-03T04:05:06Z",
  };

  it.each([0, 1, 59, 60, 61, 120, 150])("lists %i users in pages of 60, each once", async (count) => {
    await aws.setUsers(count);
    const sizes: number[] = [];
    const names = new Set<string>();
    for await (const page of aws.cognito().listUsers(forever)) {
      sizes.push(page.length);
      page.forEach(({ username }) => names.add(username));
    }
    expect(names.size).toBe(count);
    expect(sizes).toEqual(
      Array.from({ length: Math.max(1, Math.ceil(count / 60)) }, (_, page) => Math.min(60, count - page * 60)),
    );
  });

  it("reads a user with and without attributes", async () => {
    await aws.setUsers([ann, { username: "bare", enabled: false }]);
    const [read, bare] = await listAll(aws.cognito());
    expect(read).toEqual({ ...ann, enabled: true, createdAt: new Date(ann.createdAt) });
    expect(bare).toMatchObject({ username: "bare", email: null, platform: null, enabled: false });
    expect(await aws.cognito().getUser("ann", forever)).toEqual(read);
  });

  it("disables, enables and deletes a user, and says when there is none", async () => {
    await aws.setUsers([ann]);
    const cognito = aws.cognito();
    expect(await cognito.disableUser("Ann", forever)).toBe("done");
    expect((await cognito.getUser("Ann", forever))?.enabled).toBe(false);
    expect(await cognito.enableUser("Ann", forever)).toBe("done");
    expect((await cognito.getUser("Ann", forever))?.enabled).toBe(true);
    expect(await cognito.deleteUser("Ann", forever)).toBe("done");
    expect(await cognito.getUser("Ann", forever)).toBeNull();
    for (const act of [cognito.deleteUser, cognito.disableUser, cognito.enableUser])
      expect(await act("Ann", forever)).toBe("gone");
  });

  it("gets through two throttled calls", async () => {
    await aws.setUsers([ann]);
    await aws.setAwsFaults({ operation: "ListUsers", code: "TooManyRequestsException", times: 2 });
    expect(await listAll(aws.cognito())).toHaveLength(1);
  });

  const broken: [string, object, new (...args: never[]) => Error, RegExp][] = [
    ["throttles for long", { code: "TooManyRequestsException" }, RateLimited, /too many requests/],
    ["fails inside", { code: "InternalErrorException", status: 500 }, Unavailable, /answered 500/],
    ["does not know our key", { code: "UnrecognizedClientException" }, AuthenticationRefused, /COGNITO_USER_POOL_ID/],
    ["hangs", {}, Unavailable, /could not be reached.*TimeoutError/],
    ["dislikes a parameter", { code: "InvalidParameterException" }, UnusableAnswer, /answered 400/],
  ];
  it.each(broken)("never ends a listing well when Cognito %s on the last page", async (_, fault, error, message) => {
    await aws.setUsers(150);
    await aws.setAwsFaults({ operation: "ListUsers", skip: 2, ...fault });
    const listing = listAll(aws.cognito({ requestTimeoutMs: 150 }));
    await expect(listing).rejects.toThrow(error);
    await expect(listing).rejects.toThrow(message);
  });

  it.each([
    ["breaks off", { kind: "truncate" }],
    ["resets the connection", { kind: "reset" }],
    ["answers with a web page and status 200", { kind: "garbage", as: "html" }],
  ])("fails a listing that %s", async (_, fault) => {
    await aws.setUsers([ann]);
    await aws.setFaults([{ match: "/aws/cognito", ...fault }]);
    await expect(listAll(aws.cognito({ requestTimeoutMs: 300 }))).rejects.toThrow(
      /Cognito: ListUsers us-east-1_sandbox/,
    );
  });

  it("says which pool is not there", async () => {
    await expect(listAll(aws.cognito({ userPoolId: "us-east-1_other" }))).rejects.toThrow(
      /ResourceNotFoundException.*us-east-1_other.*Check COGNITO_USER_POOL_ID/,
    );
  });

  it("fails at once on a port where nobody listens, and retries no longer than three times", async () => {
    await expect(listAll(aws.cognito({ endpoint: "http://127.0.0.1:9" }))).rejects.toThrow(/ECONNREFUSED/);
  });

  it("stops between pages when it is told to", async () => {
    await aws.setUsers(150);
    const stop = new AbortController();
    const listing = (async () => {
      for await (const page of aws.cognito().listUsers(stop.signal)) {
        expect(page).toHaveLength(60);
        stop.abort(new Error("asked to stop"));
      }
    })();
    await expect(listing).rejects.toThrow("asked to stop");
  });

  it("spreads its admin calls, so that AWS never throttles one", async () => {
    await aws.setUsers(60);
    const cognito = aws.cognito({ maxAttempts: 1 });
    const names = (await listAll(cognito)).map(({ username }) => username);
    await Promise.all(names.map((name) => cognito.disableUser(name, forever)));
    const calls = (await aws.calls()).filter(({ operation }) => operation === "AdminDisableUser");
    expect(calls).toHaveLength(60);
    const spanMs = calls.at(-1)!.atMs - calls[0]!.atMs;
    expect(spanMs).toBeGreaterThanOrEqual((59 / 20) * 1_000 - 50);
  });
});
