import { describe, expect, it } from "@jest/globals";

import { InvalidSchedule, parseCrontab } from "./index.ts";

const KEY = "OMNITRON_ORDERS_CRONTAB";

describe("the two ways to write a crontab", () => {
  it.each([
    ["0,3,*,*,*", "0 3 * * *"],
    ["*/60,*,*,*,*", "*/60 * * * *"],
    ["30,12,*,*,*", "30 12 * * *"],
    ["0, 3, *, *, *", "0 3 * * *"],
    ["0 ,3 ,* ,* ,*", "0 3 * * *"],
    [" 15,3,*,*,mon-fri ", "15 3 * * MON-FRI"],
    ["0 3 * * *", "0 3 * * *"],
    ["0,30 3 * * *", "0,30 3 * * *"],
    ["0\t3  1,15 jan,JUL   *", "0 3 1,15 JAN,JUL *"],
  ])("reads %j as %j", (raw, text) => {
    expect(parseCrontab(raw, KEY).text).toBe(text);
  });
});

describe("fields", () => {
  it.each([
    ["*/60 * * * *", "minute", [0]],
    ["*/45 * * * *", "minute", [0, 45]],
    ["5-20/5,7 * * * *", "minute", [5, 7, 10, 15, 20]],
    ["10-20/15 * * * *", "minute", [10]],
    ["0 22-23,0 * * *", "hour", [0, 22, 23]],
    ["0 0 */10 * *", "dayOfMonth", [1, 11, 21, 31]],
    ["0 0 1 jan-mar,DEC *", "month", [1, 2, 3, 12]],
    ["0 0 * * 7", "dayOfWeek", [0]],
    ["0 0 * * 5-7", "dayOfWeek", [0, 5, 6]],
    ["0 0 * * 0-7", "dayOfWeek", [0, 1, 2, 3, 4, 5, 6]],
    ["0 0 * * MON-SUN", "dayOfWeek", [0, 1, 2, 3, 4, 5, 6]],
    ["0 0 * * sun-tue", "dayOfWeek", [0, 1, 2]],
    ["0 0 * * 1-7/2", "dayOfWeek", [0, 1, 3, 5]],
  ] as const)("reads %j with %s %j", (raw, field, values) => {
    expect(parseCrontab(raw, KEY)[field].values).toEqual(values);
  });
});

describe("refusals", () => {
  it.each([
    ["", "is empty", `${KEY}=0,3,*,*,*`],
    ["0,25,*,*,*", 'hour "25" is outside 0-23', `${KEY}=0,3,*,*,*`],
    ["60,3,*,*,*", 'minute "60" is outside 0-59', `${KEY}=0,3,*,*,*`],
    ["0,3,0,*,*", 'day of month "0" is outside 1-31', `${KEY}=0,3,*,*,*`],
    ["0,3,*,13,*", 'month "13" is outside 1-12', `${KEY}=0,3,*,*,*`],
    ["0,3,*,*,8", 'day of week "8" is outside 0-7', `${KEY}=0,3,*,*,*`],
    ["0,99999999999999999999999,*,*,*", "is outside 0-23", `${KEY}=0,3,*,*,*`],
    ["0,3,*,*", "has 4 fields; expected five", `${KEY}=0,3,*,*,*`],
    ["* * *", "has 3 fields", `${KEY}=0,3,*,*,*`],
    ["0,30,3,*,*,*", "a list needs blanks", `${KEY}=0,30 3 * * *`],
    ["0, 30 3 * * *", "mixes commas and blanks", `${KEY}=0,30 3 * * *`],
    ["0 0 3 * * *", "no field for seconds", `${KEY}=0 3 * * *`],
    ["0 0 3 * * * 2026", "has 7 fields", `${KEY}=0,3,*,*,*`],
    ["60*5", "is an interval in seconds", "OMNITRON_ORDERS_SCHEDULE=60*5"],
    ["300", "is an interval in seconds", "OMNITRON_ORDERS_SCHEDULE=300"],
    ["@daily", "is a shorthand", `${KEY}=0 0 * * *`],
    ["@reboot", "is no crontab", `${KEY}=0,3,*,*,*`],
    ["*/90,*,*,*,*", "never hits twice", "OMNITRON_ORDERS_SCHEDULE=60*90"],
    ["0 */36 * * *", "never hits twice", "OMNITRON_ORDERS_SCHEDULE=60*60*36"],
    ["0 */24 * * *", "would mean only hour 0", "OMNITRON_ORDERS_SCHEDULE=60*60*24"],
    ["0 0 */45 * *", "never hits twice", "OMNITRON_ORDERS_SCHEDULE=60*60*24*45"],
    ["0 0 * * */14", "never hits twice", "OMNITRON_ORDERS_SCHEDULE=60*60*24*14"],
    ["0 0 1 */18 *", "name the months instead", `${KEY}=0,3,*,*,*`],
    ["0-59/61 * * * *", "never hits twice", "OMNITRON_ORDERS_SCHEDULE=60*61"],
    ["5/15 * * * *", "write 5-59/15", `${KEY}=0,3,*,*,*`],
    ["10-5 * * * *", "runs backwards; write 10-59,0-5", `${KEY}=0,3,*,*,*`],
    ["0 22-2 * * *", "write 22-23,0-2", `${KEY}=0,3,*,*,*`],
    ["0 0 * * FRI-MON", "write FRI-SAT,SUN-MON", `${KEY}=0,3,*,*,*`],
    ["0 0 * * MNO", "did you mean MON?", `${KEY}=0,3,*,*,*`],
    ["0 0 * * MONDAY", "did you mean MON?", `${KEY}=0,3,*,*,*`],
    ["0 0 * SEPT *", "did you mean SEP?", `${KEY}=0,3,*,*,*`],
    ["0 0 ? * MON", 'write * for "any"', `${KEY}=0,3,*,*,*`],
    ["0 0 L * *", 'no "last day"', `${KEY}=0,3,*,*,*`],
    ["0 0 15W * *", 'no "nearest working day"', `${KEY}=0,3,*,*,*`],
    ["0 0 * * FRI#2", 'no "nth weekday"', `${KEY}=0,3,*,*,*`],
    ["0 0 * * FRIL", 'no "last weekday of the month"', `${KEY}=0,3,*,*,*`],
    ["H * * * *", "Jenkins", `${KEY}=0,3,*,*,*`],
    ["H(0-29) * * * *", "Jenkins", `${KEY}=0,3,*,*,*`],
    ["0,3,*,*,", "empty list item", `${KEY}=0,3,*,*,*`],
    ["1,,2 * * * *", "empty list item", `${KEY}=0,3,*,*,*`],
    ["0 5/5/5 * * *", "two steps", `${KEY}=0,3,*,*,*`],
    ["0 */-5 * * *", "no positive whole number", `${KEY}=0,3,*,*,*`],
    ["*/0 * * * *", "step 0", `${KEY}=0,3,*,*,*`],
    ["+5 * * * *", "not understood", `${KEY}=0,3,*,*,*`],
    ["1.5 * * * *", "not understood", `${KEY}=0,3,*,*,*`],
    ["0 0 31 2 *", "never fires: month 2 has no day 31", `${KEY}=0,3,*,*,*`],
    ["0 0 31 2,4,6,9,11 *", "never fires", `${KEY}=0,3,*,*,*`],
    ["0 0 30 FEB *", "never fires", `${KEY}=0,3,*,*,*`],
  ])("refuses %j and says what to write", (raw, problem, example) => {
    const refusal = refusalOf(raw);
    expect(refusal).toBeInstanceOf(InvalidSchedule);
    expect(refusal.problem).toContain(problem);
    expect(refusal.toProblem()).toEqual({ key: KEY, value: raw, problem: refusal.problem, example });
  });

  it("keeps 29 February, and days that a weekday makes possible", () => {
    expect(parseCrontab("0 0 29 2 *", KEY).text).toBe("0 0 29 2 *");
    expect(parseCrontab("0 0 31 2 MON", KEY).text).toBe("0 0 31 2 MON");
  });
});

function refusalOf(raw: string): InvalidSchedule {
  try {
    parseCrontab(raw, KEY);
  } catch (error) {
    return error as InvalidSchedule;
  }
  throw new Error("nothing was refused");
}
