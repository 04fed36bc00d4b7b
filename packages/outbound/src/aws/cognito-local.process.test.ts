import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import {
  AdminCreateUserCommand,
  CognitoIdentityProviderClient,
  CreateUserPoolCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

import { type CognitoGateway, type CognitoUser, createCognitoGateway } from "./index.ts";

/**
 * A second opinion by people who did not write our stand-in. It neither pages nor throttles (one page holds every user,
 * whatever the limit), so those are proved against the sandbox only.
 */
describe("the Cognito gateway against cognito-local", () => {
  const forever = new AbortController().signal;
  const folder = mkdtempSync(join(tmpdir(), "cognito-local-"));
  let server: ReturnType<typeof spawn>;
  let cognito: CognitoGateway;
  let client: CognitoIdentityProviderClient;
  let UserPoolId: string;

  beforeAll(async () => {
    // Without this it takes e-mail addresses for names only.
    mkdirSync(join(folder, ".cognito"));
    writeFileSync(
      join(folder, ".cognito/config.json"),
      JSON.stringify({ UserPoolDefaults: { UsernameAttributes: [] } }),
    );
    const manifest = createRequire(import.meta.url).resolve("cognito-local/package.json");
    server = spawn(process.execPath, [join(dirname(manifest), "lib/bin/start.js")], {
      cwd: folder,
      env: { ...process.env, PORT: "0", HOST: "127.0.0.1" },
      stdio: ["ignore", "pipe", "inherit"],
    });
    const endpoint = await addressOf(server);
    const credentials = { accessKeyId: "local", secretAccessKey: "local" };
    client = new CognitoIdentityProviderClient({ region: "us-east-1", endpoint, credentials });
    const pool = await client.send(
      new CreateUserPoolCommand({
        PoolName: "second-opinion",
        Schema: [{ Name: "platform", AttributeDataType: "String", Mutable: true }],
      }),
    );
    UserPoolId = pool.UserPool!.Id!;
    cognito = createCognitoGateway({
      region: "us-east-1",
      endpoint,
      credentials,
      userPoolId: UserPoolId,
      callsPerSecond: 25,
    });
  });
  afterAll(async () => {
    server.kill();
    await once(server, "exit");
    rmSync(folder, { recursive: true, force: true });
  });

  async function createUser(Username: string, platform: string | null): Promise<void> {
    const own = [{ Name: "email", Value: `${Username}@example.com` }];
    const UserAttributes = platform === null ? own : [...own, { Name: "custom:platform", Value: platform }];
    await client.send(new AdminCreateUserCommand({ UserPoolId, Username, UserAttributes, MessageAction: "SUPPRESS" }));
  }

  it("lists users with their platform, and those without", async () => {
    await createUser("ann", "EU");
    await createUser("ben", null);
    const users: CognitoUser[] = [];
    for await (const page of cognito.listUsers(forever)) users.push(...page);
    expect(users.sort((left, right) => left.username.localeCompare(right.username))).toMatchObject([
      { username: "ann", email: "ann@example.com", platform: "EU", enabled: true, sub: expect.stringMatching(/-/) },
      { username: "ben", email: "ben@example.com", platform: null, enabled: true },
    ]);
    expect(Math.abs(users[0]!.createdAt.getTime() - Date.now())).toBeLessThan(60_000);
  });

  it("disables, enables and deletes, and says when there is nobody", async () => {
    await createUser("cleo", "US");
    expect(await cognito.disableUser("cleo", forever)).toBe("done");
    expect((await cognito.getUser("cleo", forever))?.enabled).toBe(false);
    expect(await cognito.enableUser("cleo", forever)).toBe("done");
    expect((await cognito.getUser("cleo", forever))?.enabled).toBe(true);
    expect(await cognito.deleteUser("cleo", forever)).toBe("done");
    expect(await cognito.getUser("cleo", forever)).toBeNull();
    expect(await cognito.deleteUser("cleo", forever)).toBe("gone");
    expect(await cognito.disableUser("cleo", forever)).toBe("gone");
  });
});

async function addressOf(server: ReturnType<typeof spawn>): Promise<string> {
  let said = "";
  for await (const chunk of server.stdout!) {
    said += String(chunk);
    const found = /running on (http:\/\/[\d.]+:\d+)/.exec(said);
    if (found === null) continue;
    // A pipe that nobody reads stops the writer.
    server.stdout!.resume();
    return found[1]!;
  }
  throw new Error(`cognito-local did not start: ${said}`);
}
