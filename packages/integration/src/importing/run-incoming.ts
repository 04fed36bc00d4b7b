import { SECOND_MS } from "@drumline/core/clock";
import { messageOf } from "@drumline/core/errors";
import { Cancel, type JsonObject, type TaskResult } from "@drumline/core/task";
import { AddressRefused, toOutcome } from "@drumline/outbound/http";
import { UnusableSecret } from "@drumline/outbound/secrets";

import { FolderRefused } from "../configurations/folder.ts";
import { ConfigurationUnusable, type Incoming, loadUsableIncoming } from "../configurations/load-configurations.sql.ts";
import { toHttpSource } from "../configurations/source.ts";
import { startRealTime } from "../exporting/real-time.ts";
import { claimIncoming, releaseIncoming } from "./claim-incoming.sql.ts";
import type { ImportContext, ReadPage } from "./import-context.ts";
import { readFiles } from "./read-files.ts";
import { readHttp } from "./read-http.ts";
import { IncomingTakenOver, savePage } from "./save-page.sql.ts";

type IncomingContext = Omit<ImportContext, "args"> & { readonly args: { readonly incoming: string } };

interface ImportCounts {
  pages: number;
  records: number;
  /** Tasks made, over all routes. */
  tasks: number;
  /** Read before, and the same. */
  repeated: number;
  skipped: number;
  failed: number;
  rejected: number;
  hasMore: boolean;
}

/** Reads what an incoming configuration has from its cursor on, page by page; real-time routes send it on at once. */
export async function runIncoming(context: IncomingContext): Promise<TaskResult> {
  const { db, run, clock, gateways, signal } = context;
  const incoming = await loadUsable(context);
  if (context.dryRun) return { wouldReadFor: incoming.routes.map(({ identifier }) => identifier) };
  const leaseSeconds = gateways.settings.integrationLeaseSeconds;
  const claimed = await claimIncoming(db, incoming.id, { runId: run.id, leaseSeconds, at: clock.now() });
  if (claimed === null) return { busy: true };
  const realTime = startRealTime(context, incoming.routes);
  const counts: ImportCounts = {
    pages: 0,
    records: 0,
    tasks: 0,
    repeated: 0,
    skipped: 0,
    failed: 0,
    rejected: 0,
    hasMore: false,
  };
  try {
    await readPages(context, incoming, claimed.position, counts, (hasNews) => realTime.wake(hasNews));
    return { ...counts, ...(await realTime.end()) };
  } catch (error) {
    signal.throwIfAborted();
    if (isOfConfiguration(error)) throw new Cancel(messageOf(error), { cause: error });
    throw toOutcome(error);
  } finally {
    await realTime.end();
    await releaseIncoming(db, incoming.id, run.id);
  }
}

const isOfConfiguration = (error: unknown): boolean =>
  [AddressRefused, FolderRefused, IncomingTakenOver, UnusableSecret].some((kind) => error instanceof kind);

async function readPages(
  context: IncomingContext,
  incoming: Incoming,
  position: JsonObject | null,
  counts: ImportCounts,
  onSaved: (hasNews: boolean) => void,
): Promise<void> {
  const { signal, limit, gateways } = context;
  const endsAtMs = performance.now() + gateways.settings.integrationRunSeconds * SECOND_MS;
  for await (const page of openSource(context, incoming, position)) {
    signal.throwIfAborted();
    await takePage(context, incoming, page, counts, onSaved);
    if (page.problem !== null) context.reportProblem({ recordId: incoming.identifier, error: page.problem });
    if (performance.now() > endsAtMs || counts.records >= (limit ?? Infinity)) {
      counts.hasMore = true;
      return;
    }
  }
}

function openSource(context: ImportContext, incoming: Incoming, position: JsonObject | null): AsyncGenerator<ReadPage> {
  const { source } = incoming;
  if (source.kind === "file") return readFiles(context, source, position);
  const http = toHttpSource(source);
  if (http !== null) return readHttp(context, incoming, http, position);
  throw new Cancel(
    `the incoming "${incoming.identifier}" is sent its records by webhook, and has no "pull" to read what was missed`,
  );
}

async function takePage(
  context: ImportContext,
  incoming: Incoming,
  { records, position, origin }: ReadPage,
  counts: ImportCounts,
  onSaved: (hasNews: boolean) => void,
): Promise<void> {
  const { db, run, clock, gateways } = context;
  const reader = { runId: run.id, leaseSeconds: gateways.settings.integrationLeaseSeconds, position };
  const plan = await savePage(db, { incoming, routes: incoming.routes, records, origin }, reader, clock.now());
  onSaved(plan.tasks.some(({ status }) => status === "NEW"));
  counts.pages += 1;
  counts.records += records.length;
  counts.tasks += plan.tasks.length * incoming.routes.length;
  counts.repeated += plan.repeated;
  for (const { status, reason, record } of plan.tasks) {
    if (status === "NEW") continue;
    counts[({ SKIPPED: "skipped", FAILED: "failed", REJECTED: "rejected" } as const)[status]] += 1;
    if (status !== "SKIPPED")
      context.reportProblem({ recordId: `record ${record.no}: ${record.entityKey}`, error: reason! });
  }
  context.progress(counts.records);
}

async function loadUsable({ db, args }: IncomingContext): Promise<Incoming> {
  try {
    return await loadUsableIncoming(db, args.incoming);
  } catch (error) {
    if (error instanceof ConfigurationUnusable) throw new Cancel(error.message, { cause: error });
    throw error;
  }
}
