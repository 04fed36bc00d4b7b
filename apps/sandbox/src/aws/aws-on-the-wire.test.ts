import { describe, expect, it } from "@jest/globals";

import { useSandbox } from "../../test/use-sandbox.ts";

const SIGNED = { authorization: "AWS4-HMAC-SHA256 Credential=test" };

/** Any of the operations' answers. */
interface CognitoAnswer {
  readonly __type?: string;
  readonly Users: readonly { readonly Username: string }[];
  readonly PaginationToken?: string;
}

describe("the sandbox's AWS", () => {
  const { send } = useSandbox();

  async function cognito(operation: string, input: object, headers: Record<string, string> = SIGNED) {
    const body = { UserPoolId: "us-east-1_sandbox", ...input };
    const target = { "x-amz-target": `AWSCognitoIdentityProviderService.${operation}` };
    const answer = await send("POST", "/aws/cognito/", body, { ...target, ...headers });
    return { status: answer.status, body: (await answer.json()) as CognitoAnswer };
  }
  const users = async (count: number) => send("PUT", "/_sandbox/cognito/users", { seeded: count });

  it.each([
    ["a limit above 60", { Limit: 61 }, "InvalidParameterException"],
    ["a page token it did not give", { PaginationToken: "garbage" }, "InvalidParameterException"],
    ["a search on a custom attribute", { Filter: 'custom:platform = "EU"' }, "InvalidParameterException"],
    ["a filter without quotes", { Filter: "email = x" }, "InvalidParameterException"],
    ["another pool", { UserPoolId: "us-east-1_other" }, "ResourceNotFoundException"],
  ])("refuses %s as AWS does", async (_, input, type) => {
    expect(await cognito("ListUsers", input)).toMatchObject({ status: 400, body: { __type: type } });
  });

  it("refuses a call that is not signed", async () => {
    expect((await cognito("ListUsers", {}, {})).status).toBe(403);
  });

  it.each([
    ['email = "ann@example.com"', ["ann"]],
    ['email ^= "ann"', ["ann", "anna"]],
    ['status = "Disabled"', ["anna"]],
    ['username = "ben"', ["ben"]],
  ])("filters by %s", async (Filter, expected) => {
    const named = (username: string, enabled = true) => ({ username, enabled, email: `${username}@example.com` });
    await send("PUT", "/_sandbox/cognito/users", { users: [named("ann"), named("anna", false), named("ben")] });
    const { body } = await cognito("ListUsers", { Filter });
    expect(body.Users.map(({ Username }) => Username)).toEqual(expected);
  });

  it("holds a reader's place while others are deleted", async () => {
    await users(130);
    const first = (await cognito("ListUsers", { Limit: 60 })).body;
    for (const { Username } of first.Users.slice(0, 10)) await cognito("AdminDeleteUser", { Username });
    const second = (await cognito("ListUsers", { PaginationToken: first.PaginationToken })).body;
    const third = (await cognito("ListUsers", { PaginationToken: second.PaginationToken })).body;
    const names = [first, second, third].flatMap((page) => page.Users.map(({ Username }) => Username));
    expect(new Set(names).size).toBe(130);
    expect(third.PaginationToken).toBeUndefined();
  });

  it("throttles the 26th admin call in a second", async () => {
    await users(1);
    const calls = await Promise.all(Array.from({ length: 60 }, () => cognito("AdminGetUser", { Username: "nobody" })));
    const types = new Set(calls.map(({ body }) => body.__type));
    expect(types).toEqual(new Set(["UserNotFoundException", "TooManyRequestsException"]));
  });

  it("shows on the mailbox page what went out, as text and nothing else", async () => {
    const form = new URLSearchParams({
      Action: "SendEmail",
      Source: "a@example.com",
      "Destination.ToAddresses.member.1": "b@example.com",
      "Message.Subject.Data": "<script>alert(1)</script>",
      "Message.Body.Text.Data": "Hello & goodbye",
    });
    expect((await send("POST", "/aws/ses/", form.toString(), SIGNED)).status).toBe(200);
    const page = await (await send("GET", "/mailbox")).text();
    expect(page).toContain("&lt;script&gt;");
    expect(page).toContain("Hello &amp; goodbye");
    expect(page).not.toContain("<script>");
  });

  it("answers to an unknown action of SES instead of hanging", async () => {
    const answer = await send("POST", "/aws/ses/", "Action=CreateTemplate", SIGNED);
    expect([answer.status, await answer.text()]).toEqual([400, expect.stringContaining("<Code>InvalidAction</Code>")]);
  });
});
