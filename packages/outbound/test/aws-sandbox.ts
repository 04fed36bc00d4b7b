import { startSandbox } from "@drumline/testing";

import { type CognitoGateway, type CognitoOptions, createCognitoGateway } from "../src/aws/index.ts";
import { createMailer, type Mailer, type MailerOptions } from "../src/mail/index.ts";

export interface AwsCall {
  readonly operation: string;
  readonly about: string;
  readonly atMs: number;
}

export interface SentMail {
  readonly from: string;
  readonly to: readonly string[];
  readonly subject: string;
  readonly text: string;
  readonly html: string | null;
  readonly headers: Readonly<Record<string, string>>;
}

/** AWS as the sandbox plays it, with our gateways in front of it. */
export async function startAws() {
  const sandbox = await startSandbox({ env: { SANDBOX_USERS: "0" } });
  const send = async (method: string, path: string, body?: unknown) => {
    const answer = await fetch(`${sandbox.url}${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  };
  const access = { region: "us-east-1", credentials: null };
  return {
    url: sandbox.url,
    setFaults: sandbox.setFaults,
    setUsers: (users: object[] | number) =>
      send("PUT", "/_sandbox/cognito/users", typeof users === "number" ? { seeded: users } : { users }),
    setAwsFaults: (...faults: object[]) => send("PUT", "/_sandbox/aws/faults", faults),
    users: () => send("GET", "/_sandbox/cognito/users") as Promise<{ username: string; enabled: boolean }[]>,
    calls: () => send("GET", "/_sandbox/aws/calls") as Promise<AwsCall[]>,
    mails: () => send("GET", "/_sandbox/mailbox") as Promise<SentMail[]>,
    reset: async () => {
      await sandbox.setFaults([]);
      await send("PUT", "/_sandbox/aws/faults", []);
      await send("DELETE", "/_sandbox/aws/calls");
      await send("DELETE", "/_sandbox/mailbox");
    },
    cognito: (options: Partial<CognitoOptions> = {}): CognitoGateway =>
      createCognitoGateway({
        ...access,
        endpoint: `${sandbox.url}/aws/cognito`,
        userPoolId: "us-east-1_sandbox",
        callsPerSecond: 20,
        ...options,
      }),
    mailer: (options: Partial<MailerOptions> = {}): Mailer =>
      createMailer({
        ...access,
        endpoint: `${sandbox.url}/aws/ses`,
        from: "Drumline <audit@example.com>",
        mailsPerSecond: 10,
        unsubscribeUrl: null,
        ...options,
      }),
    close: sandbox.close,
  };
}
