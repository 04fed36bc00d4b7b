import { type Answer, type ApiUnderTest, apiUnderTest } from "./api-under-test.ts";

export interface OmnitronWebhooksUnderTest extends ApiUnderTest {
  /** An event as Omnitron sends it. */
  sendEvent(path: "orders" | "cancellation_plan", uuid: string, payload: object): Promise<Answer>;
  /** Any other body at all. */
  sendBody(path: "orders" | "cancellation_plan", body: string): Promise<Answer>;
}

/** The api as Omnitron meets it. */
export async function omnitronWebhooksUnderTest(): Promise<OmnitronWebhooksUnderTest> {
  const api = await apiUnderTest();
  const sendBody = (path: string, body: string) => api.send("POST", `/api/v1/oms/${path}`, body);
  return {
    ...api,
    sendBody,
    sendEvent: (path, uuid, payload) =>
      sendBody(path, JSON.stringify({ event: { type: `${path}.created`, uuid }, payload })),
  };
}

/** An order of one line, without any field that may be null. */
export const orderPayload = (pk: number, overrides: object = {}) => ({
  pk,
  number: `R${pk}`,
  status: "400",
  channel: { pk: 1, name: "olist" },
  currency: "BRL",
  amount: "29.90",
  date_placed: "2026-11-20T09:00:00Z",
  modified_date: "2026-11-20T10:00:00Z",
  customer: { type: "guest" },
  shipping_address: { country: "BR" },
  orderitem_set: [
    {
      pk,
      status: "400",
      quantity: 2,
      price: "14.95",
      product: { pk: 1, sku: "s", name: "S" },
      attributes_kwargs: {},
    },
  ],
  ...overrides,
});

/** The cancellation of one unit of `orderPayload(1)`. */
export const planPayload = (overrides: object = {}) => ({
  pk: 7,
  order: { number: "R1" },
  plan_type: "cancel",
  status: "waiting",
  modified_date: "2026-11-20T11:00:00Z",
  items: [{ order_item_pk: 1, quantity: 1 }],
  ...overrides,
});
