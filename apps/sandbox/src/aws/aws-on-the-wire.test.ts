import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text as readText } from "node:stream/consumers";

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

  async function receive(...lines: string[]): Promise<string> {
    await send("DELETE", "/_sandbox/mailbox");
    const data = Buffer.from(["From: a@example.com", "To: b@example.com", ...lines].join("\r\n")).toString("base64");
    await send(
      "POST",
      "/aws/ses/",
      new URLSearchParams({ Action: "SendRawEmail", "RawMessage.Data": data }).toString(),
      SIGNED,
    );
    return ((await (await send("GET", "/_sandbox/mailbox?to=b@example.com")).json()) as { id: string }[])[0]!.id;
  }

  it("shows a mail's HTML in a frame where nothing runs, beside its text", async () => {
    const html = "<p onclick=alert(1)>Hello <a href=https://shop.example/x>there</a><script>alert(2)</script></p>";
    const parts = [
      ["text/plain", "Hello <there>"],
      ["text/html", html],
    ].map(([type, text]) => `--x\r\nContent-Type: ${type}; charset=utf-8\r\n\r\n${text}`);
    const id = await receive("Subject: Hi", 'Content-Type: multipart/alternative; boundary="x"', "", ...parts, "--x--");
    const page = await send("GET", `/mailbox/${id}`);
    const shown = await page.text();
    expect(shown).toContain(`sandbox="allow-popups allow-popups-to-escape-sandbox" src="/mailbox/${id}/html"`);
    expect(shown).toContain("Hello &lt;there&gt;");
    expect(shown).not.toContain("<script>");
    expect(shown).not.toContain("<button>");
    expect(page.headers.get("content-security-policy")).toContain("default-src 'none'");
    const frame = await send("GET", `/mailbox/${id}/html`);
    expect(await frame.text()).toContain(html);
    const policy = frame.headers.get("content-security-policy")!;
    expect(policy).toMatch(/^sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none';/);
    expect(policy).not.toContain("script");
    expect((await send("GET", "/mailbox/sandbox-0/html")).status).toBe(404);
  });

  it("posts one click to where a mail says, and to nowhere when it offers none", async () => {
    const posted: { body: string; type: string | undefined }[] = [];
    const take = async (request: IncomingMessage, response: ServerResponse) => {
      posted.push({ body: await readText(request), type: request.headers["content-type"] });
      response.writeHead(200).end();
    };
    const receiver = createServer((request, response) => void take(request, response));
    receiver.listen(0, "127.0.0.1");
    await once(receiver, "listening");
    const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/shop/unsubscribe?token=t`;
    try {
      const headers = ["Subject: Hi", `List-Unsubscribe: <mailto:x@example.com>, <${url}>`];
      const without = await receive(...headers, "", "text");
      expect((await send("POST", `/mailbox/${without}/unsubscribe`)).status).toBe(409);
      const id = await receive(...headers, "List-Unsubscribe-Post: List-Unsubscribe=One-Click", "", "text");
      expect(await (await send("GET", `/mailbox/${id}`)).text()).toContain("<button>Unsubscribe</button>");
      expect(posted).toEqual([]);
      const answer = await send("POST", `/mailbox/${id}/unsubscribe`);
      expect(await answer.text()).toContain("answered 200: done");
      expect(posted).toEqual([
        { body: "List-Unsubscribe=One-Click", type: "application/x-www-form-urlencoded;charset=UTF-8" },
      ]);
    } finally {
      receiver.close();
    }
  });

  it("answers to an unknown action of SES instead of hanging", async () => {
    const answer = await send("POST", "/aws/ses/", "Action=CreateTemplate", SIGNED);
    expect([answer.status, await answer.text()]).toEqual([400, expect.stringContaining("<Code>InvalidAction</Code>")]);
  });
});
