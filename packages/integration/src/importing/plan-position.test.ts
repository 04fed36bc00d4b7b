import { describe, expect, it } from "@jest/globals";

import type { Paging } from "../configurations/source.ts";
import type { ArrivedRecord } from "./plan-page.ts";
import { planPosition, type Position, toPosition, toQuery } from "./plan-position.ts";

const NOW = new Date("2026-11-20T12:00:00Z");

const cursor = (more: Partial<Extract<Paging, { kind: "cursor" }>> = {}): Paging => ({
  kind: "cursor",
  parameter: "cursor",
  sizeParameter: "limit",
  next: "next_cursor",
  more: "has_more",
  resume: true,
  ...more,
});
const numbered: Paging = { kind: "page", parameter: "page", first: 1, sizeParameter: "size" };
const changed = (more: Partial<Extract<Paging, { kind: "changed" }>> = {}): Paging => ({
  kind: "changed",
  parameter: "since",
  idParameter: null,
  sizeParameter: "limit",
  overlapMinutes: 5,
  ...more,
});

const record = (changedAt: string | null, more: Partial<ArrivedRecord> = {}, no = 1): ArrivedRecord => ({
  no,
  entityKey: `r${changedAt}`,
  hash: "h",
  bytes: 2,
  changed: changedAt,
  payload: "{}",
  refusal: null,
  ...more,
});
const records = (...instants: readonly (string | null)[]) => instants.map((at, place) => record(at, {}, place + 1));

describe("the query for a page", () => {
  const ask = (paging: Paging, position: Position, isFirst = false) =>
    toQuery({ paging, pageSize: 50 }, position, isFirst);

  it("of a source that answers in one piece asks for nothing more", () => {
    expect(ask({ kind: "none" }, {}, true)).toEqual({});
  });

  it("names the size where the source has a name for it, and the cursor once there is one", () => {
    expect(ask(cursor(), {}, true)).toEqual({ limit: "50" });
    expect(ask(cursor(), { cursor: "c1" })).toEqual({ limit: "50", cursor: "c1" });
    expect(ask(cursor({ sizeParameter: null, parameter: "after" }), { cursor: "c1" })).toEqual({ after: "c1" });
  });

  it("names the page, the first one where none is begun", () => {
    expect(ask(numbered, {})).toEqual({ size: "50", page: "1" });
    expect(ask({ ...numbered, first: 0 }, {})).toEqual({ size: "50", page: "0" });
    expect(ask(numbered, { page: 7 })).toEqual({ size: "50", page: "7" });
  });

  it.each([
    ["ISO 8601", "2026-11-20T11:00:00Z", "2026-11-20T10:55:00.000Z"],
    ["ISO 8601 with an offset", "2026-11-20T12:00:00+01:00", "2026-11-20T10:55:00.000Z"],
    ["seconds", "1700000300", "1700000000"],
    ["milliseconds", "1700000300000", "1700000000000"],
    ["words that nobody can count back", "yesterday", "yesterday"],
  ])("by change looks back at the beginning of a run, in the words of the source: %s", (_what, at, since) => {
    expect(ask(changed(), { changed: at, id: "a" }, true)).toEqual({ limit: "50", since });
    expect(ask(changed(), { changed: at, id: "a" })).toEqual({ limit: "50", since: at });
  });

  it("by change says after which of the equal instants, where the source takes that and the instant is the very one", () => {
    const paging = changed({ idParameter: "after_id" });
    const position = { changed: "1700000300", id: "a" };
    expect(ask(paging, position)).toEqual({ limit: "50", since: "1700000300", after_id: "a" });
    expect(ask(paging, position, true)).toEqual({ limit: "50", since: "1700000000" });
    expect(ask(changed({ idParameter: "after_id", overlapMinutes: 0 }), position, true)).toMatchObject({
      after_id: "a",
    });
    expect(ask(paging, {}, true)).toEqual({ limit: "50" });
  });
});

describe("where reading goes on", () => {
  const plan = (paging: Paging, read: Partial<Parameters<typeof planPosition>[0]> = {}) =>
    planPosition({ source: { paging, pageSize: 2 }, position: {}, records: [], beside: null, now: NOW, ...read });
  const two = records(null, null);

  it("is nowhere after one piece", () => {
    expect(plan({ kind: "none" }, { records: two })).toEqual({ position: {}, hasMore: false, problem: null });
  });

  it("is the next number after a full page, and the first after one that is not", () => {
    expect(plan(numbered, { records: two })).toEqual({ position: { page: 2 }, hasMore: true, problem: null });
    expect(plan({ ...numbered, first: 0 }, { records: two })).toMatchObject({ position: { page: 1 } });
    expect(plan(numbered, { position: { page: 4 }, records: records(null) })).toEqual({
      position: {},
      hasMore: false,
      problem: null,
    });
  });

  it.each([
    ["true", { has_more: true, next_cursor: "c2" }, { position: { cursor: "c2" }, hasMore: true }],
    [
      "the text true, as lists with other things beside them have it",
      { has_more: "true", next_cursor: "c2" },
      { hasMore: true },
    ],
    ["1", { has_more: 1, next_cursor: 17 }, { position: { cursor: "17" }, hasMore: true }],
    ["false", { has_more: false, next_cursor: "c2" }, { position: { cursor: "c2" }, hasMore: false }],
    ["nothing", {}, { position: { cursor: "c1" }, hasMore: false, problem: null }],
    [
      "true without a cursor",
      { has_more: true },
      { position: { cursor: "c1" }, hasMore: false, problem: expect.stringContaining("not after which cursor") },
    ],
    [
      "true with the same cursor",
      { has_more: true, next_cursor: "c1" },
      { hasMore: false, problem: expect.stringContaining("not after which cursor") },
    ],
  ])("is the cursor that the source says, where it says of more: %s", (_what, beside, next) => {
    expect(plan(cursor(), { position: { cursor: "c1" }, records: two, beside })).toMatchObject(next);
  });

  it("is the beginning where a cursor is good for one listing, and there is more while a cursor is told where nothing else says so", () => {
    const last = { has_more: false, next_cursor: "c2" };
    expect(plan(cursor({ resume: false }), { beside: last })).toEqual({ position: {}, hasMore: false, problem: null });
    const paging = cursor({ more: null, next: "page.after" });
    expect(plan(paging, { beside: { page: { after: "c2" } } })).toMatchObject({
      position: { cursor: "c2" },
      hasMore: true,
    });
    expect(plan(paging, { beside: { page: { after: null } } })).toMatchObject({ hasMore: false, problem: null });
  });

  it("is the last change of a page in order, also where the page is not full", () => {
    const full = records("2026-11-20T10:00:00Z", "2026-11-20T11:00:00Z");
    const position = { changed: "2026-11-20T11:00:00Z", id: "r2026-11-20T11:00:00Z" };
    expect(plan(changed(), { records: full })).toEqual({ position, hasMore: true, problem: null });
    expect(plan(changed(), { records: full.slice(1) })).toEqual({ position, hasMore: false, problem: null });
  });

  it("compares instants and not their words: seconds beside milliseconds, zones beside each other", () => {
    expect(plan(changed(), { records: records("1700000000", "1700000000500") })).toMatchObject({
      position: { changed: "1700000000500" },
      problem: null,
    });
    expect(plan(changed(), { records: records("2026-11-20T12:00:00+02:00", "2026-11-20T10:30:00Z") })).toMatchObject({
      position: { changed: "2026-11-20T10:30:00Z" },
      problem: null,
    });
  });

  it("stays where a full page is not in order, and is the largest where there is no other page", () => {
    const mixed = records("2026-11-20T11:00:00Z", "2026-11-20T10:00:00Z");
    const position = { changed: "2026-11-20T09:00:00Z", id: "a" };
    expect(plan(changed(), { position, records: mixed })).toMatchObject({
      position,
      hasMore: false,
      problem: expect.stringContaining("not ordered by change"),
    });
    const alone = { source: { paging: changed(), pageSize: 3 }, position, records: mixed, beside: null, now: NOW };
    expect(planPosition(alone)).toEqual({
      position: { changed: "2026-11-20T11:00:00Z", id: "r2026-11-20T11:00:00Z" },
      hasMore: false,
      problem: null,
    });
  });

  it("never goes back behind where it was, as after the look back at the beginning of a run", () => {
    const position = { changed: "2026-11-20T11:00:00Z", id: "a" };
    expect(plan(changed(), { position, records: records("2026-11-20T10:58:00Z") })).toMatchObject({ position });
  });

  it("is moved by no instant that lies more than a day ahead, that is none, or of a record that could not be read", () => {
    const ahead = "2026-11-21T12:00:01Z";
    expect(plan(changed(), { records: records("2026-11-20T10:00:00Z", ahead) })).toMatchObject({
      position: { changed: "2026-11-20T10:00:00Z" },
      hasMore: true,
    });
    expect(plan(changed(), { records: records("2026-11-21T11:59:59Z") })).toMatchObject({
      position: { changed: "2026-11-21T11:59:59Z" },
    });
    const refusal = (status: "FAILED" | "REJECTED") => ({ refusal: { status, reason: "bad", excerpt: "" } });
    expect(plan(changed(), { records: [record("2026-11-20T10:00:00Z", refusal("FAILED"))] })).toMatchObject({
      position: {},
    });
    expect(plan(changed(), { records: [record("2026-11-20T10:00:00Z", refusal("REJECTED"))] })).toMatchObject({
      position: { changed: "2026-11-20T10:00:00Z" },
    });
    expect(plan(changed(), { records: records("soon", null) })).toMatchObject({
      position: {},
      hasMore: false,
      problem: expect.stringContaining("not one record of a full page says when"),
    });
  });

  it("is the beginning where nothing is stored yet", () => {
    expect(toPosition(null)).toEqual({});
    expect(toPosition({ page: 3 })).toEqual({ page: 3 });
  });
});
