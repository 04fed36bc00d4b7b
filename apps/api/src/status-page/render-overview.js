const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const ESCAPES = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
const escape = (text) => String(text ?? "").replace(/[&<>"']/g, (character) => ESCAPES[character]);
const count = (number) => Number(number).toLocaleString("en").replaceAll(",", "\u202f");

export function renderTitle({ ready, reasons }) {
  return ready ? "Drumline" : `(${reasons.length}) Drumline needs attention`;
}

export function renderOverview(overview, nowMs) {
  return [
    renderHealth(overview),
    renderCounters(overview),
    renderProcesses(overview.processes),
    renderSchedules(overview.schedules, nowMs),
    renderRuns(overview.runs, nowMs),
    renderQueues(overview.queues),
  ].join("");
}

export function renderDoor(health, problem = "") {
  const form = `<form id="door">
    <label for="token">Token</label>
    <input id="token" name="token" type="password" autocomplete="off" spellcheck="false" required />
    <button>Show</button>
    <p class="quiet">${escape(problem || "npm start prints a link that brings one; drumline token create makes one.")}</p>
    <noscript><p>This page needs JavaScript to send the token.</p></noscript>
  </form>`;
  return renderHealth(health) + section("Who are you?", form);
}

export function formatSpan(ms) {
  if (ms < 100) return `${Math.max(0, Math.round(ms))} ms`;
  if (ms < 10 * SECOND) return `${(ms / SECOND).toFixed(1)} s`;
  if (ms < 100 * SECOND) return `${Math.round(ms / SECOND)} s`;
  if (ms < HOUR - MINUTE / 2) return `${Math.round(ms / MINUTE)} min`;
  if (ms < DAY - MINUTE / 2) return twoUnits(Math.round(ms / MINUTE), 60, "h", "min");
  return twoUnits(Math.round(ms / HOUR), 24, "d", "h");
}

function twoUnits(total, size, big, small) {
  const rest = total % size;
  return `${Math.floor(total / size)} ${big}${rest === 0 ? "" : ` ${rest} ${small}`}`;
}

function renderHealth({ ready, reasons }) {
  if (ready)
    return `<section class="health good"><span class="dot"></span><p>Schedules fire and work gets done.</p></section>`;
  const items = reasons.map(({ message }) => `<li>${escape(message)}</li>`).join("");
  return `<section class="health bad" role="alert"><span class="dot"></span><ul>${items}</ul></section>`;
}

function renderCounters({ counters }) {
  if (counters === null) return "";
  const about = (number) => (counters.exact ? count(number) : `≈ ${count(number)}`);
  return `<dl class="tiles">${[
    tile("Orders pulled", about(counters.ordersPulled)),
    tile("Planned", about(counters.ordersPlanned)),
    tile("Packages", about(counters.packages)),
    tile("Late", count(counters.late), counters.late > 0 ? "bad" : ""),
    problemsTile(counters.openProblems),
  ].join("")}</dl>`;
}

const tile = (name, number, tone = "") => `<div class="tile ${tone}"><dt>${name}</dt><dd>${number}</dd></div>`;

/** What waits for a person; what is only good to know is in the list behind the number. */
function problemsTile(open) {
  if (open === null) return "";
  const { error, warning } = open;
  const link = `<a href="api/v1/problems?open=true">${count(error + warning)}</a>`;
  return tile("Problems", link, error > 0 ? "bad" : warning > 0 ? "warn" : "");
}

function renderProcesses(processes) {
  const chips = processes.map(
    ({ kind, host, pid, living, silentMs }) =>
      `<li class="chip ${living ? "good" : "bad"}"><span class="dot"></span><b>${escape(kind)}</b> <span class="quiet">${escape(host)}:${pid}</span> ${living ? "" : `silent for ${formatSpan(silentMs)}`}</li>`,
  );
  return section(
    "Processes",
    processes.length === 0 ? empty("No process has been heard of.") : `<ul class="chips">${chips.join("")}</ul>`,
  );
}

function renderSchedules(schedules, nowMs) {
  const rows = [...schedules]
    .sort((left, right) => rank(left) - rank(right))
    .map((schedule) => {
      const { key, description, inWords, timezone, lastRun } = schedule;
      return `<tr class="${schedule.enabled ? "" : "off"}">
      <th scope="row"><span class="name">${escape(key)}</span><span class="quiet">${escape(description)}</span></th>
      <td>${escape(inWords)}${timezone === null ? "" : ` <span class="quiet">${escape(timezone)}</span>`}</td>
      <td>${whenNext(schedule, nowMs)}</td>
      <td>${lastRun === null ? `<span class="quiet">not yet</span>` : `${status(lastRun.status, lastRun.reason)} <span class="quiet">${ago(lastRun.finishedAt ?? lastRun.dueAt, nowMs)}</span>`}</td>
    </tr>`;
    });
  return section(
    "Schedules",
    table(["Schedule", "When", "Next", "Last"], rows, "No schedule is registered; start a beat."),
  );
}

const rank = ({ nextDueAt }) => (nextDueAt === null ? Infinity : Date.parse(nextDueAt));

function whenNext({ enabled, disabledReason, paused, nextDueAt }, nowMs) {
  if (!enabled) return `<span class="quiet">${escape(disabledReason ?? "disabled")}</span>`;
  if (disabledReason !== null)
    return `<span class="badge bad">does not run</span> <span class="quiet">${escape(disabledReason)}</span>`;
  if (paused !== null)
    return `<span class="badge warn">paused</span> <span class="quiet">${escape(paused.reason ?? "")}</span>`;
  if (nextDueAt === null) return `<span class="quiet">never again</span>`;
  const leftMs = Date.parse(nextDueAt) - nowMs;
  return `<time datetime="${escape(nextDueAt)}" title="${escape(nextDueAt)}">${leftMs <= SECOND ? "now" : `in ${formatSpan(leftMs)}`}</time>`;
}

function renderRuns(runs, nowMs) {
  const rows = runs.map((run) => {
    const endMs = run.status === "PROCESSING" ? nowMs : Date.parse(run.finishedAt);
    const tookMs = run.startedAt === null || Number.isNaN(endMs) ? null : endMs - Date.parse(run.startedAt);
    return `<tr>
      <td>${status(run.status)}</td>
      <th scope="row"><a class="name" href="api/v1/runs/${escape(run.id)}" title="${escape(run.task)}">${escape(run.task.split(".").at(-1))}</a></th>
      <td>${escape(summary(run))}</td>
      <td class="number">${tookMs === null ? "" : formatSpan(tookMs)}</td>
      <td class="quiet">${ago(run.createdAt, nowMs)}</td>
    </tr>`;
  });
  return section("Latest runs", table(["Status", "Task", "Result", "Took>", "When"], rows, "Nothing has run yet."));
}

function summary({ error, reason, result, progress }) {
  const told = error ?? reason;
  if (told) return told;
  const facts = result ?? progress;
  if (facts === null || typeof facts !== "object") return "";
  return (
    Object.entries(facts)
      .filter(([, value]) => typeof value === "number" && value !== 0)
      .map(([name, value]) => `${name} ${count(value)}`)
      .join(" · ") || "nothing to do"
  );
}

function renderQueues(queues) {
  const states = ["waiting", "active", "delayed", "failed"];
  const rows = queues.map(
    (queue) =>
      `<tr><th scope="row">${escape(queue.name)}</th>${states.map((state) => `<td class="number ${queue[state] === 0 ? "quiet" : ""}">${count(queue[state])}</td>`).join("")}</tr>`,
  );
  return section(
    "Queues",
    table(["Queue", "Waiting>", "Active>", "Delayed>", "Failed>"], rows, "The queue store does not answer."),
  );
}

const TONES = {
  FINISHED: "good",
  PROCESSING: "busy",
  SCHEDULED: "busy",
  FAILED: "bad",
  TIMED_OUT: "bad",
  MISSED: "warn",
  CANCELLED: "warn",
  SKIPPED: "",
};
const status = (word, why = null) =>
  `<span class="badge ${TONES[word] ?? ""}"${why === null ? "" : ` title="${escape(why)}"`}>${escape(word.toLowerCase().replace("_", " "))}</span>`;

const ago = (instant, nowMs) => {
  const ms = nowMs - Date.parse(instant);
  return `<time datetime="${escape(instant)}" title="${escape(instant)}">${ms < SECOND ? "just now" : `${formatSpan(ms)} ago`}</time>`;
};

const section = (title, body) => `<section><h2>${title}</h2>${body}</section>`;
const empty = (text) => `<p class="empty">${text}</p>`;
// A column whose name ends in > holds numbers.
const head = (column) =>
  column.endsWith(">")
    ? `<th scope="col" class="number">${column.slice(0, -1)}</th>`
    : `<th scope="col">${column}</th>`;
const table = (columns, rows, whenEmpty) =>
  rows.length === 0
    ? empty(whenEmpty)
    : `<div class="scroll"><table><thead><tr>${columns.map(head).join("")}</tr></thead><tbody>${rows.join("")}</tbody></table></div>`;
