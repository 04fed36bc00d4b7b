import { SECOND_MS } from "@drumline/core/clock";
import { openProblems } from "@drumline/problems";
import { describe, expect, it } from "@jest/globals";

import { deliverDue } from "../src/deliveries/deliver-due.ts";
import { WEBHOOK_DISABLED, WEBHOOK_EXHAUSTED } from "../src/deliveries/delivery-problems.sql.ts";
import { replayDelivery } from "../src/deliveries/replay-delivery.sql.ts";
import { newSubscriptionSchema, subscribeToEvents, unsubscribe } from "../src/subscriptions/index.ts";
import { addEvents, deliveryContext, SECRETS, subscribe, useDeliveries } from "./delivery-setup.ts";

const setup = useDeliveries();

describe("a receiver that lost events", () => {
  it("gets what was given up, once it is well: its problem is closed when the last of it has arrived", async () => {
    const context = deliveryContext(setup.db);
    const id = await subscribe(setup.db, setup.receiver.url, {
      retryConfig: { choice: "fixed", kwargs: { seconds: 1 } },
    });
    await addEvents(setup.db, 3);
    await setup.dispatch(context);
    await setup.db.webhookDelivery.updateMany({ data: { attempts: 30 } });
    setup.answerWith(500);
    await deliverDue(context);
    const open = () => setup.db.problem.findMany({ where: { closedAt: null } });
    expect(await open()).toMatchObject([{ kind: "WEBHOOK_EXHAUSTED", subjectKey: String(id), detail: { lost: 3 } }]);
    const [first, ...others] = await setup.deliveries();
    const replay = async (deliveries: readonly { id: bigint }[]) => {
      for (const delivery of deliveries) await replayDelivery(setup.db, delivery.id, context.clock.now());
      return await deliverDue(context);
    };
    expect(await replay([first!])).toMatchObject({ retrying: 1 });
    setup.receiver.answer = null;
    context.clock.advance(2 * SECOND_MS);
    expect(await replay([others[0]!])).toMatchObject({ delivered: 2 });
    expect(await open()).toHaveLength(1);
    expect(await replay([others[1]!])).toMatchObject({ delivered: 1 });
    expect(await setup.db.problem.findMany()).toMatchObject([{ ending: "BY_ITSELF" }]);
  });

  it("is no problem any more once it has unsubscribed, or subscribed anew", async () => {
    const at = new Date();
    const id = await subscribe(setup.db, "https://x.example/", { owner: "ann", eventType: "*" });
    const kinds = [WEBHOOK_DISABLED, WEBHOOK_EXHAUSTED];
    const found = kinds.map((kind) => ({ kind, subject: { type: "webhook", key: String(id) }, reason: "r" }));
    await openProblems(setup.db, found, at);
    const open = async () => (await setup.db.problem.findMany({ where: { closedAt: null } })).map(({ kind }) => kind);
    expect(await unsubscribe(setup.db, { name: "ann" }, id, at)).toBe(true);
    expect(await open()).toEqual(["WEBHOOK_DISABLED"]);
    const wanted = newSubscriptionSchema.parse({ target_url: "https://x.example/", event_type: "*" });
    expect(await subscribeToEvents(setup.db, SECRETS, { name: "ann" }, wanted, at)).toMatchObject({ id });
    expect(await open()).toEqual([]);
  });
});
