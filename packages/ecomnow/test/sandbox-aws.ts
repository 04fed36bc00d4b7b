import { createUserAuditGateways, type UserAuditGateways } from "../src/user-audit/gateways.ts";

/** The user audit's outside, as the sandbox plays it. */
export function sandboxGateways(url: string): UserAuditGateways {
  return createUserAuditGateways({
    awsRegion: "us-east-1",
    awsAccessKeyId: null,
    awsSecretAccessKey: null,
    cognitoUserPoolId: "us-east-1_sandbox",
    cognitoEndpoint: `${url}/aws/cognito`,
    cognitoCallsPerSecond: 20,
    sesEndpoint: `${url}/aws/ses`,
    mailFrom: "Drumline <audit@example.com>",
    mailsPerSecond: 10,
    mailUnsubscribe: "https://example.com/out?who={recipient}",
    userAuditMaxLossPercent: 20,
  });
}

/** Looks into the sandbox's AWS, or steers it. */
export async function askSandbox<Answer>(url: string, method: string, path: string, body?: unknown): Promise<Answer> {
  const answer = await fetch(`${url}/_sandbox${path}`, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
  return answer.json() as Promise<Answer>;
}
