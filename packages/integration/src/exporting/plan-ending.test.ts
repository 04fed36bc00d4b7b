import {
  AddressRefused,
  AuthenticationRefused,
  RateLimited,
  Unavailable,
  UnusableAnswer,
} from "@drumline/outbound/http";
import { describe, expect, it } from "@jest/globals";

import { isOfConfiguration, planFailure, planPause } from "./plan-ending.ts";

const NOW = new Date("2026-11-20T12:00:00Z");
/** Of a run that no schedule meant. */
const TURN = { dueAt: null, now: NOW };
const RULE = { maxAttempts: 3, retryIntervalMinutes: 5 };
const site = { system: "erp", method: "POST", url: "https://erp.example/orders" };
const inMs = (ms: number) => new Date(NOW.getTime() + ms);

const silence = new RateLimited(site, 90_000);
const refused = new AuthenticationRefused(site, 401, "Set it anew.");
const gone = new Unavailable(site, "did not answer");
const answered = (status: number, retriable = false) =>
  new UnusableAnswer(site, `answered ${status}`, { status, retriable });

describe("a task that the other side did not take", () => {
  it.each([
    ["no answer, or 5xx", gone],
    ["409, of a request that may be under way", answered(409)],
    ["408 or 425, which may be taken later", answered(425, true)],
  ])("waits for the interval and has used up an attempt: %s", (_what, error) => {
    expect(planFailure(error, 2, RULE, TURN)).toEqual({
      status: "RETRY",
      reason: expect.stringContaining("erp: POST https://erp.example/orders"),
      nextAt: inMs(300_000),
      isAttempt: true,
    });
  });

  it("fails with the last reason when its attempts are spent", () => {
    expect(planFailure(gone, 3, RULE, TURN)).toEqual({
      status: "FAILED",
      reason: expect.stringMatching(/^3 of 3 attempts failed; the last: .*did not answer/),
    });
    expect(planFailure(gone, 4, RULE, TURN)).toMatchObject({ status: "FAILED" });
  });

  it("waits as long as it is told, or for our credentials, however often, without using up an attempt", () => {
    expect(planFailure(silence, 100, RULE, TURN)).toMatchObject({
      status: "RETRY",
      nextAt: inMs(90_000),
      isAttempt: false,
    });
    expect(planFailure(refused, 100, RULE, TURN)).toMatchObject({
      status: "RETRY",
      nextAt: inMs(300_000),
      isAttempt: false,
    });
  });

  it.each([400, 404, 410, 413, 422])("fails at once by any other answer: %s", (status) => {
    expect(planFailure(answered(status), 1, RULE, TURN)).toEqual({
      status: "FAILED",
      reason: expect.stringContaining(String(status)),
    });
  });

  it("fails by an answer of 2xx that nobody can read", () => {
    expect(planFailure(new UnusableAnswer(site, "answered HTML"), 1, RULE, TURN)).toMatchObject({ status: "FAILED" });
  });
});

describe("an interval as long as the route's own", () => {
  it.each([
    ["no answer", gone],
    ["credentials that are refused", refused],
  ])("ends with the next turn, however late in its turn a task was sent: %s", (_what, error) => {
    for (const lateMs of [0, 40, 180_000, 299_999])
      expect(planFailure(error, 1, RULE, { dueAt: NOW, now: inMs(lateMs) })).toMatchObject({ nextAt: inMs(300_000) });
  });

  it("counts from the request where the other side says how long", () => {
    expect(planFailure(silence, 1, RULE, { dueAt: NOW, now: inMs(2_000) })).toMatchObject({ nextAt: inMs(92_000) });
  });

  it("costs a route that pauses no turn beyond its own", () => {
    const state = { unansweredInRow: 3, pauses: 9 };
    for (const error of [refused, gone])
      expect(planPause(error, state, RULE, { dueAt: NOW, now: inMs(60_000) })).toMatchObject({
        untilMs: inMs(300_000).getTime(),
      });
    expect(planPause(gone, { ...state, pauses: 0 }, RULE, { dueAt: NOW, now: inMs(60_000) })).toMatchObject({
      untilMs: inMs(90_000).getTime(),
    });
  });
});

describe("a route", () => {
  const pause = (error: Parameters<typeof planPause>[0], unansweredInRow = 0, pauses = 0, rule = RULE) =>
    planPause(error, { unansweredInRow, pauses }, rule, TURN);

  it("leaves its endpoint alone as long as that asks for", () => {
    expect(pause(silence)).toMatchObject({ untilMs: inMs(90_000).getTime(), needsPerson: false });
  });

  it("waits for a person where credentials are refused, and looks again after the interval", () => {
    expect(pause(refused)).toMatchObject({ untilMs: inMs(300_000).getTime(), needsPerson: true });
  });

  it("goes on after one or two silences, and pauses after three in a row", () => {
    expect([pause(gone, 1), pause(gone, 2)]).toEqual([null, null]);
    expect(pause(gone, 3)).toMatchObject({ reason: expect.stringContaining("did not answer"), needsPerson: false });
  });

  it("pauses longer each time, up to the interval of retries", () => {
    const lengthOf = (pauses: number, rule = RULE) => pause(gone, 3, pauses, rule)!.untilMs - NOW.getTime();
    expect([0, 1, 2, 3, 4, 100].map((pauses) => lengthOf(pauses))).toEqual([
      30_000, 60_000, 120_000, 240_000, 300_000, 300_000,
    ]);
    expect(lengthOf(0, { ...RULE, retryIntervalMinutes: 0.1 })).toBe(6_000);
  });

  it.each([400, 409, 422])("goes on where one task is refused: %s", (status) => {
    expect(pause(answered(status), 0)).toBeNull();
  });
});

it("an address that must not be reached is the configuration's fault, and no task's", () => {
  expect(isOfConfiguration(new AddressRefused("10.0.0.1", "it is private", "Name it."))).toBe(true);
  expect(isOfConfiguration(gone)).toBe(false);
});
