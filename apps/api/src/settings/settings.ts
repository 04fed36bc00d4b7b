import { readFileSync } from "node:fs";
import { hostname } from "node:os";

import { z } from "zod";

import type { Api, ApiParts } from "../api.ts";
import { pageOf } from "../http/page.ts";
import {
  type DeclaredSetting,
  type EffectiveSetting,
  SOURCES,
  toEffectiveSettings,
  toScheduleSettings,
} from "./effective-settings.ts";

const settingSchema = z
  .object({
    key: z.string().describe("The env key."),
    group: z
      .string()
      .describe("The part of .env.example it stands in: the first process that reads it, or `schedules`."),
    about: z.string(),
    value: z
      .string()
      .nullable()
      .describe("What is in effect, as it would be written in .env; null where it is empty, and of a secret always."),
    isSet: z.boolean().describe("Whether somebody set it: all that is told of a secret."),
    source: z
      .enum(SOURCES)
      .describe("ENV_FILE: .env says so. ENVIRONMENT: a variable of the process, which wins over .env."),
    fallback: z.string().nullable().describe("What it is where nobody sets it; null is nothing."),
    example: z.string().nullable(),
    secret: z.boolean(),
    readBy: z.array(z.string()).readonly().describe("The processes that read it."),
    schedule: z.string().nullable().describe("The key of the schedule that it times, switches or places."),
  })
  .meta({ id: "Setting" });

const answerSchema = pageOf(settingSchema).extend({
  toldBy: z
    .object({ kind: z.literal("api"), host: z.string(), pid: z.int() })
    .describe("The process whose environment this is."),
});

const DECLARED = new URL("declared-settings.json", import.meta.url);

/** Which settings there are, what they are set to, and by what. */
export function addSettingsRoute(app: Api, { tasks, settingSources }: ApiParts): void {
  let items: EffectiveSetting[] | null = null;

  app.get(
    "/api/v1/settings",
    {
      config: { access: "admin" },
      schema: {
        summary: "Every setting of every process, with what is in effect and where that comes from",
        description:
          "As the api that answers was started: a beat or worker with another environment reads another value. Settings take effect when a process starts.",
        tags: ["settings"],
        response: { 200: answerSchema },
      },
    },
    async () => {
      items ??= toEffectiveSettings([...loadDeclared(), ...toScheduleSettings(tasks)], settingSources);
      return { items, nextCursor: null, toldBy: { kind: "api" as const, host: hostname(), pid: process.pid } };
    },
  );
}

function loadDeclared(): DeclaredSetting[] {
  const declared = JSON.parse(readFileSync(DECLARED, "utf8")) as Omit<DeclaredSetting, "schedule">[];
  return declared.map((setting) => ({ ...setting, schedule: null }));
}
