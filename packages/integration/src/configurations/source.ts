import { z } from "zod";

/** Members from the record's root, joined by dots: `order.lines`. */
const path = z.string().trim().min(1).max(300);
const parameter = z.string().trim().min(1).max(100);

const paging = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("none") }).describe("One answer has everything."),
  z
    .strictObject({
      kind: z.literal("cursor"),
      parameter: parameter.default("cursor"),
      sizeParameter: parameter.nullable().default("limit"),
      next: path.default("next_cursor").describe("Where the answer says after which cursor it goes on."),
      more: path
        .nullable()
        .default("has_more")
        .describe("Where it says whether there is more; null: while it says next."),
      resume: z
        .boolean()
        .default(true)
        .describe("False: the cursor is good for one listing, and the next run begins anew."),
    })
    .describe("The source says where it goes on."),
  z
    .strictObject({
      kind: z.literal("page"),
      parameter: parameter.default("page"),
      first: z.int().min(0).max(1).default(1),
      sizeParameter: parameter.nullable().default("limit"),
    })
    .describe("Numbered pages, until one is not full."),
  z
    .strictObject({
      kind: z.literal("changed"),
      parameter: parameter.default("since"),
      idParameter: parameter.nullable().default(null).describe("Takes the last entity's key, among equal instants."),
      sizeParameter: parameter.nullable().default("limit"),
      overlapMinutes: z.int().min(0).max(1_440).default(5).describe("What changed so shortly before is read again."),
    })
    .describe("What changed since an instant, oldest first; needs `changed`."),
]);

const reading = {
  format: z.enum(["json", "csv", "xml"]).default("json"),
  records: path.nullable().default(null).describe("Where the list is; null: the text is the list."),
  entity: path
    .nullable()
    .default(null)
    .describe("What names the entity in a record; null: each record is one of its own."),
  changed: path
    .nullable()
    .default(null)
    .describe("When the record was changed: ISO 8601, or seconds or ms since 1970."),
  csv: z
    .strictObject({
      delimiter: z.string().length(1).default(","),
      groupBy: z.string().max(200).nullable().default(null).describe("Column whose rows in a row are one record."),
    })
    .default({ delimiter: ",", groupBy: null }),
};

const reachedByHttp = {
  url: z.url({ protocol: /^https?$/ }).max(2_000),
  paging: paging.default({ kind: "none" }),
  pageSize: z.int().min(1).max(5_000).default(100),
  timeoutMs: z.int().min(100).max(120_000).default(30_000),
};

/** How an incoming configuration reads records. */
export const incomingSource = z
  .discriminatedUnion("kind", [
    z.strictObject({ kind: z.literal("http"), ...reachedByHttp, ...reading }),
    z.strictObject({
      kind: z.literal("file"),
      folder: z
        .string()
        .trim()
        .min(1)
        .max(500)
        .describe("Under INTEGRATION_FOLDER; what was read is moved into `done`."),
      ...reading,
    }),
    z
      .strictObject({
        kind: z.literal("webhook"),
        ...reading,
        pull: z
          .strictObject({ ...reachedByHttp, records: path.nullable().default(null) })
          .nullable()
          .default(null)
          .describe("Where what no webhook has told is asked for; null: nowhere."),
      })
      .describe("What the source of webhooks sends that has this identifier for its name."),
  ])
  .superRefine((source, context) => {
    const isByChange = toHttpSource(source)?.paging.kind === "changed";
    if (isByChange && (source.changed === null || source.entity === null))
      context.addIssue({ code: "custom", path: ["changed"], message: "paging by change needs `changed` and `entity`" });
  });

/** What is read by HTTP: all of it, or what no webhook has told; null where nothing is. */
export function toHttpSource(source: IncomingSource): HttpSource | null {
  if (source.kind === "http") return source;
  if (source.kind !== "webhook" || source.pull === null) return null;
  const { pull, ...sent } = source;
  return { ...sent, ...pull, kind: "http" };
}

/** The URL at which it is asked, with its secret. */
export const urlOf = (source: IncomingSource): string | null => toHttpSource(source)?.url ?? null;

export type IncomingSource = z.output<typeof incomingSource>;
export type HttpSource = Extract<IncomingSource, { kind: "http" }>;
export type FileSource = Extract<IncomingSource, { kind: "file" }>;
export type Paging = HttpSource["paging"];

/** How an outgoing configuration sends them. */
export const outgoingTarget = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("http"),
    url: z
      .url({ protocol: /^https?$/ })
      .max(2_000)
      .describe("{entity} in it is the entity's key."),
    method: z.enum(["POST", "PUT", "PATCH"]).default("POST"),
    timeoutMs: z.int().min(100).max(120_000).default(30_000),
  }),
  z.strictObject({
    kind: z.literal("file"),
    folder: z.string().trim().min(1).max(500).describe("Under INTEGRATION_FOLDER; one file per task."),
  }),
]);

export type OutgoingTarget = z.output<typeof outgoingTarget>;
