import { createHmac, randomBytes } from "node:crypto";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { type AddressInfo, connect, type Socket } from "node:net";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

import { HOUR_MS, MINUTE_MS, SECOND_MS } from "@drumline/core/clock";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";

import { Consumer, hmac, LIMIT, webhooksUnderTest } from "../../test/webhooks-under-test.ts";

type UnderTest = Awaited<ReturnType<typeof webhooksUnderTest>>;
let api: UnderTest["api"];
let post: UnderTest["post"];
let postSigned: UnderTest["postSigned"];
let addSource: UnderTest["addSource"];
let handOn: UnderTest["handOn"];
let statuses: UnderTest["statuses"];
let clear: UnderTest["clear"];
beforeAll(async () => {
  ({ api, post, postSigned, addSource, handOn, statuses, clear } = await webhooksUnderTest());
});
afterAll(() => api.close());
beforeEach(() => clear());

describe("a webhook that comes in", () => {
  it("is kept byte by byte, answered, and handed on by a run", async () => {
    const { path, name } = await addSource();
    const body = Buffer.concat([Buffer.from('{ "a":1e0, "n": 9007199254740993 }\r\n'), Buffer.from([0, 255, 254])]);
    const answer = await postSigned(path, body, {
      "x-github-delivery": "d1",
      "x-github-event": "push",
      authorization: "Bearer theirs",
    });
    expect([answer.status, answer.json()]).toEqual([202, { isNews: true }]);
    expect(await api.db.run.count({ where: { task: "drumline.webhooks.tasks.hand_on_webhooks" } })).toBe(1);
    const consumer = new Consumer();
    expect(await handOn(consumer)).toMatchObject({ handedOn: 1, failed: 0 });
    expect(consumer.given).toMatchObject([{ source: name, eventId: "d1", topic: "push", replays: 0 }]);
    expect(consumer.given[0]!.body.equals(body)).toBe(true);
    expect(consumer.given[0]!.headers).toMatchObject({ "x-github-event": "push", authorization: "[removed]" });
    expect(await handOn(consumer)).toMatchObject({ handedOn: 0 });
    expect(await statuses()).toEqual(["DONE"]);
  });

  it("is refused with a wrong signature, and the source says why the last one was", async () => {
    const { path, id } = await addSource();
    const answer = await post(path, Buffer.from("{}"), { "x-hub-signature-256": "sha256=00" });
    expect([answer.status, answer.json().code]).toEqual([401, "UNVERIFIED_WEBHOOK"]);
    expect(await statuses()).toEqual([]);
    expect((await api.ask(`/api/v1/webhook-sources/${id}`)).json().lastRefusal).toMatch(
      /X-Hub-Signature-256 fits none/,
    );
  });

  it("is nobody's at another address, and refused where its source is switched off", async () => {
    const { path, id } = await addSource();
    for (const wrong of [
      `${path.slice(0, -1)}!`,
      "/webhooks/in/x",
      `/webhooks/in/whs_${"a".repeat(43)}`,
      "/webhooks/in/%00",
    ])
      expect([wrong, (await postSigned(wrong, Buffer.from("{}"))).status]).not.toContain(202);
    await api.send("PATCH", `/api/v1/webhook-sources/${id}`, { version: 1, isDisabled: true });
    expect((await postSigned(path, Buffer.from("{}"))).json().code).toBe("SOURCE_DISABLED");
    expect(await statuses()).toEqual([]);
  });

  it("is one webhook however often and at how many connections at once it comes", async () => {
    const { path } = await addSource();
    const body = Buffer.from('{"order":1}');
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => postSigned(path, body, { "x-github-delivery": "same" })),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 202));
    expect(answers.filter((answer) => answer.json().isNews)).toHaveLength(1);
    expect(await statuses()).toEqual(["RECEIVED"]);
    const consumers = [new Consumer(), new Consumer(), new Consumer()];
    await Promise.all(consumers.map((consumer) => handOn(consumer)));
    expect(consumers.flatMap(({ given }) => given)).toHaveLength(1);
  });

  it("without an id of its sender is known by its bytes for a day", async () => {
    const { path } = await addSource();
    const isNews = async () => (await postSigned(path, Buffer.from('{"price":1}'))).json().isNews;
    expect([await isNews(), await isNews()]).toEqual([true, false]);
    api.clock.advance(25 * HOUR_MS);
    expect(await Promise.all([isNews(), isNews(), isNews()])).toContain(true);
    expect(await statuses()).toEqual(["RECEIVED", "RECEIVED"]);
  });

  it("is refused when it is too long, said or not, packed or not", async () => {
    const { path } = await addSource({ scheme: "NONE", secrets: [] });
    const large = Buffer.alloc(LIMIT + 1, "a");
    expect((await post(path, large)).status).toBe(413);
    expect((await post(path, gzipSync(Buffer.alloc(50 * LIMIT)), { "content-encoding": "gzip" })).status).toBe(413);
    expect((await post(path, Buffer.from("x"), { "content-encoding": "gzip" })).status).toBe(400);
    expect((await post(path, Buffer.from("x"), { "content-encoding": "br" })).status).toBe(415);
    expect(await statuses()).toEqual([]);
    expect((await post(path, large.subarray(1))).status).toBe(202);
  });

  it("that is packed is verified as packed or as unpacked, and kept unpacked", async () => {
    const { path } = await addSource();
    for (const [no, signed] of ["packed", "unpacked"].entries()) {
      const body = Buffer.from(`{"no":${no}}`);
      const packed = gzipSync(body);
      const signature = `sha256=${hmac(signed === "packed" ? packed : body, "hex")}`;
      const headers = { "content-encoding": "gzip", "x-hub-signature-256": signature };
      expect((await post(path, packed, headers)).status).toBe(202);
    }
    const rows = await api.db.webhookRequest.findMany({ orderBy: { id: "asc" } });
    expect(rows.map(({ raw }) => Buffer.from(raw!).toString())).toEqual(['{"no":0}', '{"no":1}']);
    expect(rows[0]!.headers).not.toHaveProperty("content-encoding");
  });

  const openSocket = async (head: string): Promise<Socket> => {
    const { port } = api.app.server.address() as AddressInfo;
    const socket = connect(port, "127.0.0.1");
    socket.on("error", () => undefined);
    await once(socket, "connect");
    socket.write(head);
    return socket;
  };

  it("that goes on and on is cut off at the limit, without its length having been said", async () => {
    const { path } = await addSource({ scheme: "NONE", secrets: [] });
    const socket = await openSocket(`POST ${path} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n`);
    const chunk = Buffer.concat([Buffer.from("10000\r\n"), Buffer.alloc(65_536, "a"), Buffer.from("\r\n")]);
    let written = 0;
    const answered = new Promise<string>((resolve) => socket.once("data", (data) => resolve(String(data))));
    const closed = new Promise((resolve) => socket.once("close", resolve));
    while (!socket.closed && written < 400) {
      socket.write(chunk);
      written += 1;
      if (socket.writableNeedDrain)
        await Promise.race([new Promise((resolve) => socket.once("drain", resolve)), closed]);
    }
    expect(await answered).toMatch(/^HTTP\/1\.1 413 /);
    await closed;
    expect(await statuses()).toEqual([]);
  });

  it("that dawdles is answered 408 and cut off", async () => {
    const { path } = await addSource({ scheme: "NONE", secrets: [] });
    const socket = await openSocket(`POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nab`);
    expect(await text(socket)).toMatch(/^HTTP\/1\.1 408 /);
  });

  it("that breaks off is not kept", async () => {
    const { path } = await addSource({ scheme: "NONE", secrets: [] });
    const socket = await openSocket(`POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nab`);
    socket.destroy();
    await once(socket, "close");
    expect((await post(path, Buffer.alloc(0))).status).toBe(202);
    expect(await api.db.webhookRequest.findMany({ select: { raw: true } })).toEqual([{ raw: new Uint8Array() }]);
  });

  it("is one too many after its source's rate, and no other source's", async () => {
    const [few, other] = [await addSource({ requestsPerMinute: 2 }), await addSource()];
    const send = async (path: string) => (await postSigned(path, randomBytes(8))).status;
    expect([await send(few.path), await send(few.path), await send(few.path)]).toEqual([202, 202, 429]);
    expect(await send(other.path)).toBe(202);
    api.clock.advance(MINUTE_MS + SECOND_MS);
    expect(await send(few.path)).toBe(202);
  });
});

const PAYLOADS = fileURLToPath(new URL("../../../../../shared/data/payloads/", import.meta.url));
const arePayloadsThere = existsSync(PAYLOADS);
if (!arePayloadsThere) process.stderr.write(`skipped: published bodies of senders are not at ${PAYLOADS}\n`);

(arePayloadsThere || process.env["CI"] === "true" ? describe : describe.skip)(
  "published bodies of real senders",
  () => {
    const ADYEN_KEY = "44782DEF547AAA06C910C43932B1EB0C71FC68D9D0C057550C48EC2ACF6BA056";
    const seconds = () => Math.floor(api.clock.now().getTime() / 1_000);
    it.each([
      ["GITHUB", "github-webhooks", (body: Buffer) => ({ "x-hub-signature-256": `sha256=${hmac(body, "hex")}` })],
      [
        "SHOPIFY",
        "shopify-python/test/fixtures",
        (body: Buffer) => ({ "x-shopify-hmac-sha256": hmac(body, "base64") }),
      ],
      [
        "MOLLIE",
        "mollie-api-php/src/Fake/Responses",
        (body: Buffer) => ({ "x-mollie-signature": `sha256=${hmac(body, "hex")}` }),
      ],
      [
        "ADYEN",
        "adyen-node/src/__mocks__/notification",
        (body: Buffer) => ({
          hmacsignature: createHmac("sha256", Buffer.from(ADYEN_KEY, "hex")).update(body).digest("base64"),
        }),
      ],
      [
        "STRIPE",
        "stripe/openapi",
        (body: Buffer) => ({
          "stripe-signature": `t=${seconds()},v1=${hmac(Buffer.concat([Buffer.from(`${seconds()}.`), body]), "hex")}`,
        }),
      ],
    ] as const)("of %s verify and go in unharmed: as many as were sent, byte by byte", async (scheme, folder, sign) => {
      const { path } = await addSource({
        scheme,
        secrets: [scheme === "ADYEN" ? ADYEN_KEY : "a secret of these tests"],
      });
      const files = readdirSync(`${PAYLOADS}${folder}`).filter((file) => file.endsWith(".json"));
      const bodies = files.map((file) => readFileSync(`${PAYLOADS}${folder}/${file}`));
      bodies.push(Buffer.from('{"id":9007199254740993,"none":null,"list":[[],{}],"t":"\\u0000 \\ud83d"}'));
      for (const body of bodies) expect([(await post(path, body, sign(body))).status]).toEqual([202]);
      const consumer = new Consumer();
      expect(await handOn(consumer)).toMatchObject({ handedOn: bodies.length, failed: 0, postponed: 0 });
      const given = new Set(consumer.given.map(({ body }) => body.toString("base64")));
      expect(bodies.filter((body) => !given.has(body.toString("base64")))).toEqual([]);
      expect(consumer.given).toHaveLength(bodies.length);
    });
  },
);
