import { messageOf } from "@drumline/core/errors";

import type { Reply, Route, RouteRequest } from "../../http/index.ts";
import { AwsError } from "../aws-error.ts";
import type { AwsFaults } from "../aws-faults.ts";
import type { CallLog } from "../call-log.ts";
import { createCallRate } from "../call-rate.ts";
import { cognitoOperations, type Pool } from "./operations.ts";

const SERVICE = "AWSCognitoIdentityProviderService";
// AWS's own figure for an account and region.
const ADMIN_CALLS_PER_SECOND = 25;

export interface CognitoParts {
  readonly pool: Pool;
  readonly faults: AwsFaults;
  readonly calls: CallLog;
}

/** Cognito's JSON 1.1 protocol: one address, the operation in X-Amz-Target, errors by `__type`. */
export function cognitoRoute({ pool, faults, calls }: CognitoParts): Route {
  const admits = createCallRate(ADMIN_CALLS_PER_SECOND, pool.nowMs);

  async function answer({ headers, body, gone }: RouteRequest): Promise<Reply> {
    const [service, name = ""] = String(headers["x-amz-target"]).split(".");
    const operation = cognitoOperations[name];
    if (service !== SERVICE || operation === undefined)
      throw new AwsError("UnknownOperationException", `this stand-in has no ${String(headers["x-amz-target"])}`);
    if (!String(headers.authorization).startsWith("AWS4-HMAC-SHA256 "))
      throw new AwsError("MissingAuthenticationTokenException", "Missing Authentication Token", 403);
    const input = parseBody(body);
    if (input["UserPoolId"] !== pool.id)
      throw new AwsError("ResourceNotFoundException", `User pool ${String(input["UserPoolId"])} does not exist.`);
    if (name.startsWith("Admin") && !admits()) throw new AwsError("TooManyRequestsException", "Rate exceeded");
    const about = typeof input["Username"] === "string" ? input["Username"] : "";
    const output = await faults.around(name, gone, () => {
      const done = operation(pool, input);
      calls.add(name, about);
      return done;
    });
    return reply(200, output);
  }

  return {
    method: "POST",
    path: "/aws/cognito/",
    about: `Cognito: ${Object.keys(cognitoOperations).join(", ")} on user pool ${pool.id}`,
    auth: null,
    reads: "text",
    handle: async (request) => {
      try {
        return await answer(request);
      } catch (error) {
        if (!(error instanceof AwsError)) throw error;
        return reply(error.status, { __type: error.code, message: error.message }, { "x-amzn-errortype": error.code });
      }
    },
  };
}

function parseBody(body: unknown): Record<string, unknown> {
  try {
    return JSON.parse(String(body)) as Record<string, unknown>;
  } catch (error) {
    throw new AwsError("SerializationException", messageOf(error));
  }
}

const reply = (status: number, body: object, headers: Readonly<Record<string, string>> = {}): Reply => ({
  status,
  headers: { "content-type": "application/x-amz-json-1.1", ...headers },
  text: JSON.stringify(body),
});
