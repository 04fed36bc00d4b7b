import type { CognitoIdentityProviderClient } from "@aws-sdk/client-cognito-identity-provider";

import { isStorable } from "@drumline/core/text";

import { type CallSite, OutboundError, UnusableAnswer } from "../http/errors.ts";
import { BOUND_ANSWER, boundAnswer } from "./bound-answer.ts";
import { type AwsAccess, type AwsPatience, REQUEST_TIMEOUT_MS, toClientOptions } from "./client-options.ts";
import type { CognitoGateway, CognitoUser } from "./port.ts";
import { createCallSpacing, type CallSpacingParts } from "./call-spacing.ts";
import { toCognitoUser } from "./to-cognito-user.ts";
import { nameOf, toOutboundError } from "./to-outbound-error.ts";

export interface CognitoOptions extends AwsAccess, AwsPatience {
  readonly userPoolId: string;
  /** Admin calls, retries included; AWS allows an account and region 25 and never more. */
  readonly callsPerSecond: number;
  readonly spacing?: CallSpacingParts;
}

// The most that ListUsers gives.
const PAGE_SIZE = 60;
// 60 users with every attribute filled stay below both.
const MOST_OF_A_PAGE = { maxBytes: 8 * 1024 * 1024, maxValues: 20_000 };
const CURE = "Check COGNITO_USER_POOL_ID, AWS_REGION, COGNITO_ENDPOINT and the AWS credentials of the worker.";

/** Connects to nothing until it is asked; the SDK is read then, too, so that a worker which never asks starts without it. */
export function createCognitoGateway(options: CognitoOptions): CognitoGateway {
  const UserPoolId = options.userPoolId;
  let opening: ReturnType<typeof open> | null = null;

  async function open() {
    const sdk = await import("@aws-sdk/client-cognito-identity-provider");
    const client = new sdk.CognitoIdentityProviderClient(toClientOptions(options, options));
    const { requestTimeoutMs: deadlineMs = REQUEST_TIMEOUT_MS } = options;
    client.middlewareStack.add(boundAnswer({ deadlineMs, ...MOST_OF_A_PAGE }), BOUND_ANSWER);
    limitAdminCalls(client, options);
    return { sdk, client };
  }
  type Opened = Awaited<ReturnType<typeof open>>;

  type Send<Answer> = (opened: Opened, http: { abortSignal: AbortSignal }) => Promise<Answer>;

  const siteOf = (operation: string): CallSite => ({ system: "Cognito", method: operation, url: UserPoolId });

  async function call<Answer>(operation: string, signal: AbortSignal, send: Send<Answer>): Promise<Answer> {
    signal.throwIfAborted();
    const opened = await (opening ??= open());
    try {
      return await send(opened, { abortSignal: signal });
    } catch (error) {
      if (isNotFound(error) || error instanceof OutboundError) throw error;
      signal.throwIfAborted();
      throw toOutboundError(siteOf(operation), error, CURE);
    }
  }

  async function act(operation: string, signal: AbortSignal, send: Send<unknown>): Promise<"done" | "gone"> {
    try {
      await call(operation, signal, send);
      return "done";
    } catch (error) {
      if (isNotFound(error)) return "gone";
      throw error;
    }
  }

  async function readPage(token: string | undefined, signal: AbortSignal) {
    const page = await call("ListUsers", signal, ({ sdk, client }, http) =>
      client.send(
        new sdk.ListUsersCommand({
          UserPoolId,
          Limit: PAGE_SIZE,
          ...(token === undefined ? {} : { PaginationToken: token }),
        }),
        http,
      ),
    );
    if (!Array.isArray(page.Users)) throw incomplete("a page without a list of users");
    const users = page.Users.map((user) => {
      const read = toCognitoUser(user, user.Attributes);
      if (read === null)
        throw incomplete(`a user (${JSON.stringify(user.Username ?? null)}) without name, state or date`);
      return read;
    });
    return { users, next: page.PaginationToken };
  }

  const incomplete = (what: string) =>
    new UnusableAnswer(
      siteOf("ListUsers"),
      `gave ${what}. The listing counts as not read; nothing is concluded from it.`,
    );

  return {
    async *listUsers(signal) {
      const asked = new Set<string>();
      let token: string | undefined;
      do {
        const page: { users: CognitoUser[]; next: string | undefined } = await readPage(token, signal);
        yield page.users;
        token = page.next;
        if (token !== undefined && asked.size === asked.add(token).size)
          throw incomplete("the same page token twice, so its pages have no end");
      } while (token !== undefined);
    },
    async getUser(username, signal) {
      try {
        return await call("AdminGetUser", signal, async ({ sdk, client }, http) => {
          const user = await client.send(new sdk.AdminGetUserCommand({ UserPoolId, Username: username }), http);
          const read = toCognitoUser(user, user.UserAttributes);
          if (read === null)
            throw new UnusableAnswer(siteOf("AdminGetUser"), "gave a user without name, state or date.");
          if (!isStorable({ ...read, createdAt: null }))
            throw new UnusableAnswer(siteOf("AdminGetUser"), "gave a user with characters that no database keeps.");
          return read;
        });
      } catch (error) {
        if (isNotFound(error)) return null;
        throw error;
      }
    },
    disableUser: (username, signal) =>
      act("AdminDisableUser", signal, ({ sdk, client }, http) =>
        client.send(new sdk.AdminDisableUserCommand({ UserPoolId, Username: username }), http),
      ),
    enableUser: (username, signal) =>
      act("AdminEnableUser", signal, ({ sdk, client }, http) =>
        client.send(new sdk.AdminEnableUserCommand({ UserPoolId, Username: username }), http),
      ),
    deleteUser: (username, signal) =>
      act("AdminDeleteUser", signal, ({ sdk, client }, http) =>
        client.send(new sdk.AdminDeleteUserCommand({ UserPoolId, Username: username }), http),
      ),
  };
}

const isNotFound = (error: unknown): boolean => nameOf(error) === "UserNotFoundException";

/** Inside the SDK's retries, so that an attempt which is made again waits for a turn of its own. */
function limitAdminCalls(client: CognitoIdentityProviderClient, { callsPerSecond, spacing }: CognitoOptions): void {
  const takeTurn = createCallSpacing(callsPerSecond, spacing);
  client.middlewareStack.add(
    (next, context) => async (args) => {
      if (context.commandName?.startsWith("Admin")) await takeTurn();
      return next(args);
    },
    { step: "finalizeRequest", priority: "low", name: "takeTurn" },
  );
}
