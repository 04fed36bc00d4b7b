import { HOUR_MS } from "@drumline/core/clock";
import { describe, expect, it } from "@jest/globals";

import { arrivalOf, planShopper, shopperNoAt, shoppersIn, SOLD_OUT } from "./plan-shoppers.ts";

const NOW = new Date("2026-11-20T12:00:07Z");
const first = shopperNoAt(NOW);
const ofAnHour = Array.from({ length: shoppersIn(HOUR_MS) }, (_, index) => planShopper(first + index, 1));

describe("the shoppers of the demonstration", () => {
  it("are the same for the same seed and quarter of a minute, and others for another", () => {
    expect(planShopper(first, 1)).toEqual(planShopper(first, 1));
    expect(ofAnHour.map(({ visit }) => visit)).not.toEqual(ofAnHour.map(({ no }) => planShopper(no, 2).visit));
  });

  it("have numbers that grow with time, so that a later start repeats none", () => {
    expect(arrivalOf(first)).toEqual(new Date("2026-11-20T12:00:00Z"));
    expect(shopperNoAt(new Date("2026-11-20T12:00:15Z"))).toBe(first + 1);
    expect(Number.isSafeInteger(first)).toBe(true);
  });

  it("do all there is to do within an hour, also buy what had been sold out", () => {
    expect(new Set(ofAnHour.map(({ visit }) => visit)).size).toBe(6);
    expect(new Set(ofAnHour.map(({ provider }) => provider)).size).toBe(2);
    expect(new Set(ofAnHour.map(({ hasWebhook }) => hasWebhook)).size).toBe(2);
    expect(ofAnHour.filter(({ product, visit }) => product === SOLD_OUT && visit === "BUYS")).toHaveLength(3);
  });

  it("are sixty people at most", () => {
    const ofADay = Array.from({ length: 5_760 }, (_, index) => planShopper(first + index, 1).email);
    expect(new Set(ofADay).size).toBe(60);
  });
});
