import { describe, expect, it } from "@jest/globals";

import { addLines, fieldsText, filterLines, logText, readLineAddress } from "./log-lines.ts";

const line = (id: string, message = `line ${id}`, level = "info", fields: object = {}) => ({
  id,
  at: "2026-11-26T12:00:00.000Z",
  level,
  message,
  fields,
});

describe("the log of a run", () => {
  it("numbers lines as they come in, and counts one that comes twice once", () => {
    const first = addLines([], [line("7"), line("9")]);
    const all = addLines(first, [line("9"), line("10")]);
    expect(all.map(({ no, id }) => [no, id])).toEqual([
      [1, "7"],
      [2, "9"],
      [3, "10"],
    ]);
    expect(addLines(all, [line("10")])).toBe(all);
  });

  it("keeps the numbers of lines that a filter leaves", () => {
    const lines = addLines(
      [],
      [line("1"), line("2", "no stock", "warn", { order: "A-12" }), line("3", "failed", "error")],
    );
    const numbers = (level: string, text: string) => filterLines(lines, level, text).map(({ no }) => no);
    expect(numbers("debug", "")).toEqual([1, 2, 3]);
    expect(numbers("warn", "")).toEqual([2, 3]);
    expect(numbers("debug", "a-12")).toEqual([2]);
    expect(numbers("error", "stock")).toEqual([]);
  });

  it("is text as a terminal shows it", () => {
    expect(fieldsText({ orders: 12, page: "b", list: [1] })).toBe("orders=12 page=b list=[1]");
    expect(logText([line("1", "pulled", "info", { orders: 2 })])).toBe(
      "2026-11-26T12:00:00.000Z info  pulled orders=2",
    );
  });

  it("has an address for each line", () => {
    expect([readLineAddress("#L120"), readLineAddress("L1"), readLineAddress("#x")]).toEqual([120, 1, null]);
  });
});
