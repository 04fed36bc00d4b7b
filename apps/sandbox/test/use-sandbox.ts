import { afterAll, beforeAll, beforeEach, expect } from "@jest/globals";

import { type Sandbox, startSandbox } from "../src/sandbox.ts";

export const omnitron = { authorization: "Token secret" };
export const engine = { authorization: "Bearer secret" };

/** Any of the endpoints' answers. */
export interface Answer {
  readonly results: readonly { readonly pk: number; readonly modified_date: string }[];
  readonly has_more: boolean;
  readonly as_of: string;
  readonly stock: readonly { readonly sku: string; readonly quantity: number }[];
  readonly unknown_skus: readonly string[];
  readonly ordersVisible: number;
}

/** A sandbox over a generated dataset whose clock stands still, for every test of a file: half of its products are short at first. */
export function useSandbox() {
  const reported: string[] = [];
  let sandbox: Sandbox;

  beforeAll(async () => {
    const config = {
      host: "127.0.0.1",
      port: 0,
      token: "secret",
      dataFolder: null,
      orders: 0,
      speed: 0.01,
      seed: 1,
      short: 0.5,
      users: 240,
      mailsPerSecond: 14,
    };
    sandbox = await startSandbox({ ...config, stateFile: null }, (line) => reported.push(line));
  });
  afterAll(async () => {
    await sandbox.close();
    expect(reported).toEqual([]);
  });
  beforeEach(async () => {
    await call("DELETE", "/_sandbox/faults");
    await call("PUT", "/_sandbox/clock", { virtualNow: "2025-01-08T12:00:00Z", speed: 0 });
  });

  type Headers = Readonly<Record<string, string>>;
  function send(
    method: string,
    path: string,
    body?: unknown,
    headers: Headers = {},
    signal?: AbortSignal,
  ): Promise<Response> {
    return fetch(`${sandbox.url}${path}`, {
      method,
      headers,
      ...(signal === undefined ? {} : { signal }),
      ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
    });
  }
  async function call(method: string, path: string, body?: unknown, headers: Headers = {}): Promise<Answer> {
    return (await send(method, path, body, headers)).json() as Promise<Answer>;
  }
  return { send, call };
}
