import { expect, it } from "@jest/globals";

import { addEvents, deliveryContext, SECRET, SECRETS, subscribe, useDeliveries } from "../../test/delivery-setup.ts";
import { isWhispererSignature, sealSubscription } from "../webhooks/index.ts";
import { deliverDue } from "./deliver-due.ts";

const setup = useDeliveries();
const answerEvil = (status: number, body: string, headers = {}) => {
  setup.receiver.answer = ({ path }, response) => {
    if (path !== "/evil") return false;
    response.writeHead(status, headers).end(body);
    return true;
  };
};
async function deliverToBoth() {
  await subscribe(setup.db, `${setup.receiver.url}/evil`);
  await subscribe(setup.db, `${setup.receiver.url}/good`);
  await addEvents(setup.db, 3);
  const context = deliveryContext(setup.db);
  await setup.dispatch(context);
  return { counts: await deliverDue(context), problems: context.problems };
}
const deliveriesTo = async (path: string) =>
  (await setup.db.webhookDelivery.findMany({ include: { webhook: true, tries: true }, orderBy: { id: "asc" } })).filter(
    ({ webhook }) => webhook.targetUrl.endsWith(path),
  );

it("a receiver that answers with NUL characters and half an emoji has its attempts on record", async () => {
  answerEvil(500, `no\0 ${"x".repeat(199)}😀`);
  expect((await deliverToBoth()).counts).toMatchObject({ delivered: 3, retrying: 3 });
  for (const { status, tries } of await deliveriesTo("/evil")) {
    expect(status).toBe("PENDING_RETRY");
    expect(tries).toMatchObject([{ httpStatus: 500 }]);
  }
});

it("a receiver that says back what it was sent has none of it on record", async () => {
  const headers = { authorization: "Bearer t0ps3cret", "x-shop": "k3y" };
  await subscribe(setup.db, `${setup.receiver.url}/evil`, { headers });
  setup.receiver.answer = ({ headers: sent }, response) => {
    response.writeHead(500).end(JSON.stringify({ sent, secret: SECRET }));
    return true;
  };
  await addEvents(setup.db, 1);
  const context = deliveryContext(setup.db);
  await setup.dispatch(context);
  await deliverDue(context);
  const [kept] = await deliveriesTo("/evil");
  expect(kept!.tries[0]!.responseExcerpt).toContain("[secret]");
  expect(JSON.stringify([kept!.tries[0]!.responseExcerpt, kept!.lastError])).not.toMatch(/t0ps3cret|MfKQ9r8GKYqr/);
});

it("a receiver that asks for a pause of centuries is asked again within a day", async () => {
  answerEvil(503, "later", { "retry-after": "99999999999999999999" });
  const { counts } = await deliverToBoth();
  expect(counts).toMatchObject({ delivered: 3 });
  for (const { nextAttemptAt, createdAt } of await deliveriesTo("/evil"))
    expect(nextAttemptAt.getTime() - createdAt.getTime()).toBeLessThanOrEqual(86_400_000);
});

it("a secret that does not open, since its row leads elsewhere by now, is sent nowhere and holds up nobody else", async () => {
  const [good, evil] = [`${setup.receiver.url}/good`, `${setup.receiver.url}/evil`];
  const key = { owner: "shop", targetUrl: good, eventType: "package.created" };
  const sealed = sealSubscription(SECRETS, key, { secret: SECRET, headers: { "x-key": "t0ps3cret" } });
  await subscribe(setup.db, good, { ...sealed, owner: "shop" });
  const elsewhere = sealSubscription(
    SECRETS,
    { ...key, targetUrl: "https://shop.example/evil" },
    { secret: SECRET, headers: {} },
  );
  const stolen = await subscribe(setup.db, evil, { ...elsewhere, owner: "shop" });
  await addEvents(setup.db, 2);
  const context = deliveryContext(setup.db);
  await setup.dispatch(context);
  expect(await deliverDue(context)).toMatchObject({ delivered: 2 });
  expect(setup.receiver.received.map(({ path, headers }) => [path, headers["x-key"]])).toEqual([
    ["/good", "t0ps3cret"],
    ["/good", "t0ps3cret"],
  ]);
  const { body, headers } = setup.receiver.received[0]!;
  expect(isWhispererSignature(String(headers["x-whisperer-signature"]), body, SECRET)).toBe(true);
  expect(context.problems).toEqual([
    { recordId: `webhook ${stolen}`, error: expect.stringMatching(/secret of the webhook of shop .* cannot be used/) },
  ]);
  expect(JSON.stringify(context.problems)).not.toContain(SECRET);
});

it("attempts that the database refuses leave the other receivers' deliveries alone", async () => {
  await setup.db.$executeRaw`ALTER TABLE webhook_attempt ADD CONSTRAINT no_teapot CHECK (http_status <> 418)`;
  try {
    answerEvil(418, "short and stout");
    const { counts, problems } = await deliverToBoth();
    expect(counts).toMatchObject({ delivered: 3 });
    expect(problems).toEqual([
      { recordId: expect.stringMatching(/^webhook \d+$/), error: expect.stringContaining("no_teapot") },
    ]);
    expect((await deliveriesTo("/good")).map(({ status }) => status)).toEqual(["DELIVERED", "DELIVERED", "DELIVERED"]);
  } finally {
    await setup.db.$executeRaw`ALTER TABLE webhook_attempt DROP CONSTRAINT no_teapot`;
  }
});
