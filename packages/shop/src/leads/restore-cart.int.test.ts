import { testDatabase, type TestDatabase } from "@drumline/testing";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";

import { emptyShop, hoursBefore, NOON, putCart, putLead, putOrderOfCart } from "../../test/left-carts.ts";
import { issueRestoreLinks } from "./reminded-leads.sql.ts";
import { loadRestoreLink, restoreCart } from "./restore-cart.sql.ts";

describe("the link in a reminder", () => {
  let stores: TestDatabase;
  beforeAll(async () => {
    stores = await testDatabase();
  });
  afterAll(() => stores.close());
  beforeEach(() => emptyShop(stores.db));

  async function putLink() {
    const cartId = await putCart(stores.db, { status: "LEAD" });
    const leadId = await putLead(stores.db, { cartId });
    const tokens = await stores.db.$transaction((tx) => issueRestoreLinks(tx, [leadId], NOON));
    return { cartId, leadId, token: tokens.get(leadId)! };
  }
  const look = async (token: string, at = NOON) => (await loadRestoreLink(stores.db, token, at)).state;
  const restore = async (token: string, at = NOON) => (await restoreCart(stores.db, token, at)).state;
  const cart = (id: bigint) => stores.db.shopCart.findUniqueOrThrow({ where: { id } });

  it("is a token of 128 bits, of which the database has the hash alone", async () => {
    const { token, leadId } = await putLink();
    expect(Buffer.from(token, "base64url")).toHaveLength(16);
    const [link] = await stores.db.shopRestoreLink.findMany();
    expect(link).toMatchObject({ leadId, expiresAt: hoursBefore(-48) });
    expect(JSON.stringify(link, (_name, value) => (typeof value === "bigint" ? 0 : value))).not.toContain(token);
  });

  it("changes nothing when it is only followed", async () => {
    const { token, cartId } = await putLink();
    for (let times = 0; times < 10; times += 1) expect(await look(token)).toBe("READY");
    expect(await cart(cartId)).toMatchObject({ status: "LEAD" });
  });

  it("brings the cart back once, however often and however fast it is asked, and ends the reminders", async () => {
    const { token, cartId } = await putLink();
    const states = await Promise.all(Array.from({ length: 5 }, () => restore(token)));
    expect(states.filter((state) => state === "READY")).toHaveLength(1);
    expect(states.filter((state) => state === "RESTORED")).toHaveLength(4);
    expect(await cart(cartId)).toMatchObject({ status: "OPEN", lastActivityAt: NOON });
    const [lead] = await stores.db.shopLead.findMany();
    expect(lead).toMatchObject({ status: "ENDED", endReason: "RESTORED", restoredAt: NOON });
  });

  it("does not bring back again a cart that was left once more since", async () => {
    const { token, cartId } = await putLink();
    await restore(token);
    await stores.db.shopCart.update({ where: { id: cartId }, data: { status: "LEAD" } });
    expect(await restore(token, hoursBefore(-2))).toBe("RESTORED");
    expect(await cart(cartId)).toMatchObject({ status: "LEAD" });
  });

  it("brings nothing back once the cart is ordered, or the same was bought from another", async () => {
    const own = await putLink();
    await putOrderOfCart(stores.db, { cartId: own.cartId, email: "office@example.com", skus: [] });
    expect([await look(own.token), await restore(own.token)]).toEqual(["BOUGHT", "BOUGHT"]);
    expect(await cart(own.cartId)).toMatchObject({ status: "LEAD" });
    const other = await putLink();
    await putOrderOfCart(stores.db, { email: "ADA@example.com" });
    expect(await restore(other.token)).toBe("BOUGHT");
  });

  it("runs out after 48 hours, and one of a later reminder does not end an earlier one", async () => {
    const { token, leadId } = await putLink();
    const later = await stores.db.$transaction((tx) => issueRestoreLinks(tx, [leadId], hoursBefore(-23)));
    expect(await look(token, hoursBefore(-47))).toBe("READY");
    expect(await restore(token, hoursBefore(-48))).toBe("EXPIRED");
    expect(await look(later.get(leadId)!, hoursBefore(-70))).toBe("READY");
  });

  it("leads nowhere when it was made up, or its lead was erased", async () => {
    const { token, leadId } = await putLink();
    expect(await restore("AAAAAAAAAAAAAAAAAAAAAA")).toBe("UNKNOWN");
    await stores.db.shopLead.update({ where: { id: leadId }, data: { status: "ERASED" } });
    expect(await restore(token)).toBe("UNKNOWN");
  });
});
