import { describe, expect, it } from "@jest/globals";

import { findCycle, type GraphIncoming, type GraphRoute } from "./find-cycle.ts";
import { incomingSource, outgoingTarget } from "./source.ts";

const from = (identifier: string, source: object): GraphIncoming => ({
  identifier,
  source: incomingSource.parse(source),
});
const route = (identifier: string, incoming: string, target: object, hook: string | null = null): GraphRoute => ({
  identifier,
  incoming,
  outgoing: { identifier: `to-${identifier}`, target: outgoingTarget.parse(target), hook },
});
const http = (url: string) => ({ kind: "http", url });
const file = (folder: string) => ({ kind: "file", folder });

describe("a cycle of configurations", () => {
  it("is found over several routes, and named", () => {
    const incomings = [from("a", http("https://a.example/orders?x=1")), from("b", file("drop/b/"))];
    const there = route("there", "a", file("./drop/b"));
    const back = route("back", "b", http("https://a.example/orders/"));
    expect(findCycle(incomings, [there, back])).toEqual(["a", "there", "to-there", "b", "back", "to-back", "a"]);
    expect(findCycle(incomings, [there])).toBeNull();
  });

  it("is found where an outgoing calls the webhook of what it comes from", () => {
    const hook = from("orders", { kind: "webhook" });
    const url = "https://drumline.example/webhooks/in/whs_1";
    const found = ["orders", "echo", "to-echo", "orders"];
    expect(findCycle([hook], [route("echo", "orders", http(url), "orders")])).toEqual(found);
    expect(findCycle([hook], [route("echo", "orders", http(url), "stock")])).toBeNull();
  });

  it("is found where it calls what a webhook's incoming pulls from", () => {
    const hook = from("orders", { kind: "webhook", pull: { url: "https://shop.example/orders" } });
    const back = route("back", "orders", http("https://shop.example/orders"));
    expect(findCycle([hook], [back])).toEqual(["orders", "back", "to-back", "orders"]);
  });

  it("is none where two routes meet at one place", () => {
    const incomings = [from("a", http("https://a.example/1")), from("b", http("https://a.example/2"))];
    const to = http("https://c.example/");
    expect(findCycle(incomings, [route("one", "a", to), route("two", "b", to)])).toBeNull();
  });
});
