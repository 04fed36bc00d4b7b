/** What is asked of the api, and how fast it is to be answered. */
export interface BenchRequest {
  readonly what: string;
  readonly path: string;
  readonly goalMs: number;
}

const LIST_MS = 200;
const SUMMARY_MS = 50;

/** Every list and every filter of runs, the counts, and the parts of the overview. */
export function benchRequests(facts: {
  readonly busy: string;
  readonly quiet: string;
  readonly ids: readonly string[];
  readonly deep: string;
  readonly fingerprint: string;
}): BenchRequest[] {
  const list = (what: string, path: string): BenchRequest => ({ what, path: `/api/v1/${path}`, goalMs: LIST_MS });
  const runs = (what: string, query: string) => list(`runs: ${what}`, `runs?limit=50&${query}`);
  return [
    { what: "overview summary", path: "/api/v1/overview/summary", goalMs: SUMMARY_MS },
    list("overview next 60 minutes", "overview/next?minutes=60"),
    list("overview series, 4 h", "overview/series?hours=4"),
    list("overview series, 24 h", "overview/series?hours=24"),
    list("overview series, 168 h", "overview/series?hours=168"),
    list("schedules, 50", "schedules?limit=50"),
    list("schedules by text", "schedules?limit=50&q=bench-49"),
    list("strips of 50 schedules", `schedules/strips?ids=${facts.ids.join(",")}`),
    runs("first page", ""),
    runs("600,000 deep", `to=${facts.deep}`),
    runs("failed", "status=FAILED"),
    runs("failed and timed out", "status=FAILED,TIMED_OUT"),
    runs("finished", "status=FINISHED"),
    runs("skipped", "status=SKIPPED"),
    runs("cancelled", "status=CANCELLED"),
    runs("waiting", "status=SCHEDULED"),
    runs("of a task", "task=bench.task_7"),
    runs("of a task, failed", "task=bench.task_7&status=FAILED"),
    runs("of a task, finished", "task=bench.task_7&status=FINISHED"),
    runs("of the busy schedule", `schedule=${facts.busy}`),
    runs("of the busy schedule, failed", `schedule=${facts.busy}&status=FAILED`),
    runs("of the busy schedule, finished", `schedule=${facts.busy}&status=FINISHED`),
    runs("of a quiet schedule", `schedule=${facts.quiet}`),
    runs("of a quiet schedule, finished", `schedule=${facts.quiet}&status=FINISHED`),
    runs("by hand", "origin=MANUAL"),
    runs("by a webhook (none)", "origin=WEBHOOK"),
    runs("of a queue", "queue=shop"),
    runs("of a queue (none)", "queue=nothing"),
    runs("by text of the error", "error=Carrier%20C%20of%20zone%20D"),
    runs("by text of the error (none)", "error=nobody%20said%20this"),
    runs("by an argument", "args=country=DE"),
    runs("by an argument (one)", "args=no=600000"),
    runs("late by a minute", "lateOverMs=60000"),
    runs("late by an hour (none)", "lateOverMs=3600000"),
    runs("by text", "q=task_39"),
    runs("by text (none)", "q=nobody%20said%20this"),
    runs("of one cause", `fingerprint=${facts.fingerprint}`),
    runs("by due instant", "by=due"),
    runs("due within a day, a week ago", "by=due&from=8d&to=7d"),
    runs("ended within a day, a week ago", "by=finished&from=8d&to=7d"),
    list("failures by cause, 24 h", "runs/failures"),
    list("failures by cause, 7 d", "runs/failures?from=7d"),
    list("count of all", "runs/count"),
    list("count of failed", "runs/count?status=FAILED"),
    list("count of 24 h", "runs/count?from=24h"),
    list("count of failed in 24 h", "runs/count?status=FAILED,TIMED_OUT&from=24h"),
    list("count of the busy schedule", `runs/count?schedule=${facts.busy}`),
    list("problems", "problems"),
    list("queues", "queues"),
  ];
}
