import cronstrue from "cronstrue";

import { durationInWords, SECOND_MS } from "../clock/index.ts";
import type { Crontab } from "./crontab.ts";
import {
  DAY_OF_MONTH,
  DAY_OF_WEEK,
  HOUR,
  MINUTE,
  MONTH,
  sizeOf,
  type CrontabField,
  type FieldSpec,
} from "./crontab-field.ts";
import type { Trigger } from "./trigger.ts";

/** A trigger in words for people: `every 5 minutes`, `at 03:00, only on Monday`. */
export function describeTrigger(trigger: Trigger): string {
  return trigger.kind === "interval"
    ? `every ${durationInWords(trigger.everyMs).replace(/^1 /, "")}`
    : describeCrontab(trigger.crontab);
}

/** A trigger in its shortest exact form: `every 300s`, `0 3 * * *`. */
export function formatTrigger(trigger: Trigger): string {
  return trigger.kind === "interval" ? `every ${trigger.everyMs / SECOND_MS}s` : trigger.crontab.text;
}

function describeCrontab(crontab: Crontab): string {
  const minute = plainText(MINUTE, crontab.minute);
  const hour = plainText(HOUR, crontab.hour);
  const month = plainText(MONTH, crontab.month);
  let dayOfMonth = plainText(DAY_OF_MONTH, crontab.dayOfMonth);
  let dayOfWeek = plainText(DAY_OF_WEEK, crontab.dayOfWeek);
  const everyDay =
    crontab.dayOfMonth.text !== "*" && crontab.dayOfWeek.text !== "*" && [dayOfMonth, dayOfWeek].includes("*");
  if (everyDay) dayOfMonth = dayOfWeek = "*";
  if (dayOfMonth === "*" || dayOfWeek === "*") {
    return lowerFirst(inWords(`${minute} ${hour} ${dayOfMonth} ${month} ${dayOfWeek}`));
  }
  // cronstrue would say "and" where either day is enough.
  const days = `${daysInWords(`${dayOfMonth} * *`)} or ${daysInWords(`* * ${dayOfWeek}`).replace(/^only /, "")}`;
  const months = month === "*" ? "" : `, ${daysInWords(`* ${month} *`)}`;
  return lowerFirst(`${inWords(`${minute} ${hour} * * *`)}, ${days}${months}`);
}

/** The field as cronstrue tells it rightly: steps as the list they are, unless they divide their round evenly. */
function plainText(spec: FieldSpec, { text, values }: CrontabField): string {
  if (values.length === sizeOf(spec)) return "*";
  const step = /^\*\/(\d+)$/.exec(text)?.[1];
  const divides = step !== undefined && spec !== DAY_OF_MONTH && sizeOf(spec) % Number(step) === 0;
  return text.includes("/") && !(divides && values.length > 1) ? values.join(",") : text;
}

function daysInWords(dayFields: string): string {
  return inWords(`0 0 ${dayFields}`).replace(/^At 00:00, /, "");
}

function inWords(expression: string): string {
  return cronstrue.toString(expression, { use24HourTimeFormat: true });
}

function lowerFirst(sentence: string): string {
  return sentence.charAt(0).toLowerCase() + sentence.slice(1);
}
