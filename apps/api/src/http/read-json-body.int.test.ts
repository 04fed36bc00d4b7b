import { gzipSync } from "node:zlib";

import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

import { apiUnderTest, type ApiUnderTest } from "../../test/api-under-test.ts";

let api: ApiUnderTest;
beforeAll(async () => void (api = await apiUnderTest()));
afterAll(() => api.close());

const hook = '{"target_url":"https://example.com/hook","event_type":"package.created"}';
const post = (body: RequestInit["body"] & {}, headers: Record<string, string> = {}) =>
  api.ask("/whisperer/hooks", { method: "POST", body, headers: { "content-type": "application/json", ...headers } });

describe("a JSON body", () => {
  it.each([
    [
      "not UTF-8",
      Buffer.concat([Buffer.from('{"a":"'), Buffer.from([0xff, 0xfe]), Buffer.from('"}')]),
      {},
      400,
      /not UTF-8/,
    ],
    ["a name twice", hook.replace("{", '{"event_type":"*",'), {}, 400, /"event_type" twice/],
    ["packed", gzipSync(hook), { "content-encoding": "gzip" }, 415, /not compressed/],
    [
      "in UTF-16",
      Buffer.from(hook, "utf16le"),
      { "content-type": "application/json; charset=utf-16le" },
      415,
      /UTF-8 only/,
    ],
    ["no JSON", "{", {}, 400, /is not JSON/],
    ["nothing", "", {}, 400, /empty/],
    ["nested without an end", `{"a":${"[".repeat(200_000)}${"]".repeat(200_000)}}`, {}, 400, /levels deep/],
    ["an integer that is none", hook.replace("{", '{"retry_countdown_config":9007199254740993,'), {}, 400, /form/],
  ] as const)("that is %s is refused, and says why", async (_, body, headers, status, detail) => {
    const answer = await post(body as never, headers);
    expect([answer.status, answer.json().detail]).toEqual([status, expect.stringMatching(detail)]);
  });

  it("is read with its charset named, with identity for its encoding, and with a mark before it", async () => {
    const answer = await post(`\ufeff${hook}`, {
      "content-type": 'application/json; charset="UTF-8"',
      "content-encoding": "identity",
    });
    expect(answer.status).toBe(201);
  });

  it("keeps an id that is longer than a number can be, and nobody's id becomes another's", async () => {
    const order = `{"pk":5,"number":"R5","status":"400","channel":{"pk":1,"name":"c"},"currency":"BRL","amount":"1.00",
      "date_placed":"2026-11-20T09:00:00Z","modified_date":"2026-11-20T10:00:00Z","customer":{"type":"guest"},
      "shipping_address":{},"orderitem_set":[{"pk":1,"status":"400","quantity":1,"price":"1.00",
      "product":{"pk":1,"sku":"s","name":"S"},"attributes_kwargs":{"ref":820982911946154509}}]}`;
    const send = (payload: string, uuid: string) =>
      api.ask("/api/v1/oms/orders", {
        method: "POST",
        body: `{"event":{"type":"orders.created","uuid":"${uuid}"},"payload":${payload}}`,
        headers: { "content-type": "application/json" },
      });
    expect((await send(order, "e1")).status).toBe(200);
    expect(await api.db.orderItem.findFirstOrThrow()).toMatchObject({ attributes: { ref: "820982911946154509" } });
    const answer = await send(order.replace('"pk":5', '"pk":9007199254740993'), "e2");
    expect([answer.status, answer.json().detail]).toEqual([
      400,
      expect.stringContaining("pk: expected a whole number"),
    ]);
  });
});
