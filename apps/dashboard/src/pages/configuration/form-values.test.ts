import { describe, expect, it } from "@jest/globals";

import { toFormValues, toPatch } from "./form-values.ts";
import { KINDS, type Row } from "./kinds.ts";

const { fields } = KINDS["vendors"]!;
const row: Row = {
  id: "1",
  version: 3,
  isActive: true,
  name: "Nord",
  kind: "STOCK",
  feedUrl: null,
  feedFormat: "CSV",
  feedEncoding: "utf-8",
  feedDelimiter: ";",
  feedColumns: { sku: "Article", quantity: "On hand" },
  authKind: "BEARER",
  authName: null,
  authSecret: "SEALED",
  maxShrinkPercent: 20,
  maxBadPercent: 5,
  acceptsShrunkenFeed: false,
  deleteInactiveAfterDays: 30,
  purgeAfterDays: 90,
  categoryUrl: "https://nord.example/categories",
};

describe("a form of configuration", () => {
  const before = toFormValues(fields, row);

  it("sends nothing that was not changed, and never a secret that was not typed", () => {
    expect(before["authSecret"]).toBe("");
    expect(toPatch(fields, before, before)).toEqual({});
  });

  it("sends numbers, switches, none and pairs as the api has them", () => {
    const now = {
      ...before,
      isActive: false,
      maxShrinkPercent: "35",
      categoryUrl: "",
      feedColumns: "sku = Article\nquantity = Stock\n",
      authSecret: "s3cret",
    };
    expect(toPatch(fields, before, now)).toEqual({
      isActive: false,
      maxShrinkPercent: 35,
      categoryUrl: null,
      feedColumns: { sku: "Article", quantity: "Stock" },
      authSecret: "s3cret",
    });
  });
});
