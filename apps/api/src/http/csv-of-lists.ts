import { Readable } from "node:stream";

import { messageOf } from "@drumline/core/errors";
import type { Log } from "@drumline/core/log";
import type { FastifyReply, FastifyRequest, RouteHandlerMethod, RouteOptions } from "fastify";
import { z } from "zod";

import type { Api } from "../api.ts";
import { toCsvLine } from "./csv.ts";

declare module "fastify" {
  interface FastifyContextConfig {
    /** A list, which is also given as a file. */
    hasCsv?: true;
  }
  interface FastifyRequest {
    wantsCsv: boolean;
  }
}

const PAGE = 1_000;
/** A file of more would be read by nobody, and costs minutes of the database's time. */
const MOST_ROWS = 500_000;

interface Page {
  readonly items: readonly unknown[];
  readonly nextCursor: string | null;
}

/** The items of a list and their columns; null for what is none. */
interface Columns {
  readonly names: readonly string[];
  readonly items: z.ZodType;
}

interface ShownColumns extends Columns {
  readonly toShown: (rows: unknown) => unknown;
}

type ToShown = (request: FastifyRequest, rows: unknown) => unknown;

/**
 * Every list that is added after it is also a CSV file, of all its pages: with `Accept: text/csv` or `?format=csv`. It is
 * read page by page while it is sent, so that its length does not matter to the memory. Lists of other systems' contracts
 * stay as they are. `toShown` leaves of the rows what whoever asks may see.
 */
export function addCsvOfLists(app: Api, log: Log, toShown: ToShown): void {
  app.decorateRequest("wantsCsv", false);
  app.addHook("onRoute", (route: RouteOptions) => {
    const columns = route.method === "GET" && route.config?.wireContract === undefined ? columnsOf(route) : null;
    if (columns === null) return;
    route.config = { ...route.config, hasCsv: true };
    const listed = route.handler;
    route.handler = function (this: Api, request, reply) {
      if (!request.wantsCsv) return listed.call(this, request, reply);
      return sendCsv(request, reply, { ...columns, toShown: (rows) => toShown(request, rows) }, log, (query) =>
        readPage(this, listed, request, reply, query),
      );
    };
  });
  // Before the schema, which knows filters alone.
  app.addHook("preValidation", async (request) => {
    if (request.routeOptions.config.hasCsv !== true) return;
    const query = request.query as Record<string, unknown>;
    const accepts = /\btext\/csv\b/.test(request.headers.accept ?? "");
    request.wantsCsv = accepts || query["format"] === "csv";
    if (query["format"] === "csv" || query["format"] === "json") delete query["format"];
  });
}

function columnsOf(route: RouteOptions): Columns | null {
  const answer = (route.schema as { response?: Readonly<Record<string, unknown>> } | undefined)?.response?.["200"];
  if (!(answer instanceof z.ZodObject)) return null;
  const { items, nextCursor } = answer.shape as Readonly<Record<string, z.ZodType>>;
  if (items === undefined || nextCursor === undefined) return null;
  const array: unknown = items instanceof z.ZodReadonly ? items.unwrap() : items;
  const item: unknown = array instanceof z.ZodArray ? array.element : null;
  return item instanceof z.ZodObject ? { items, names: Object.keys(item.shape) } : null;
}

/** Asks the list's own handler, so that a file has what the list has, and who may not see the one may not have the other. */
async function readPage(
  app: Api,
  listed: RouteHandlerMethod,
  request: FastifyRequest,
  reply: FastifyReply,
  query: object,
): Promise<Page> {
  const asked = Object.create(request, { query: { value: query } }) as FastifyRequest;
  return (await listed.call(app, asked, reply)) as Page;
}

async function sendCsv(
  request: FastifyRequest,
  reply: FastifyReply,
  columns: ShownColumns,
  log: Log,
  read: (query: object) => Promise<Page>,
): Promise<FastifyReply> {
  const { cursor, ...filter } = request.query as { cursor?: string };
  const query = { ...filter, ...("limit" in filter ? { limit: PAGE } : {}) };
  // What is wrong with the request is an answer and not the last line of a file.
  const first = await read(cursor === undefined ? query : { ...query, cursor });
  return reply
    .type("text/csv; charset=utf-8")
    .header("content-disposition", `attachment; filename="${fileNameOf(request)}"`)
    .send(Readable.from(linesOf(first, columns, log, (next) => read({ ...query, cursor: next }))));
}

async function* linesOf(
  first: Page,
  { names, items, toShown }: ShownColumns,
  log: Log,
  readAfter: (cursor: string) => Promise<Page>,
): AsyncGenerator<string> {
  yield toCsvLine(names);
  let rows = 0;
  for (let page = first; ;) {
    const encoded = z.encode(items, page.items);
    const written = toShown(encoded) as Readonly<Record<string, unknown>>[];
    if (written.length > 0) yield written.map((row) => toCsvLine(names.map((name) => row[name]))).join("");
    rows += written.length;
    if (page.nextCursor === null) return;
    if (rows >= MOST_ROWS) {
      yield toCsvLine([`# stopped after ${rows} rows: there are more; narrow the filter`]);
      return;
    }
    try {
      page = await readAfter(page.nextCursor);
    } catch (error) {
      log.error({ error: messageOf(error) }, "a file of a list stopped early");
      yield toCsvLine([`# stopped after ${rows} rows by a fault: this is not all; ask again`]);
      return;
    }
  }
}

/** `runs status-FAILED task-shop.mail.csv`: what it is of, and how it was filtered. */
function fileNameOf({ routeOptions, query }: FastifyRequest): string {
  const what = (routeOptions.url ?? "").replace(/^\/api\/v1\//, "").replaceAll("/", "-");
  const filter = Object.entries(query as Record<string, unknown>)
    .filter(([name, value]) => name !== "limit" && name !== "cursor" && value !== undefined)
    .map(([name, value]) => `${name}-${String(value)}`);
  const plain = [what, ...filter].join(" ").replaceAll(/[^\w .,=-]+/g, "_");
  return `${plain.slice(0, 150)}.csv`;
}
