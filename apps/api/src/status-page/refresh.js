const REFRESH_MS = 2000;
const main = document.getElementById("overview");
const freshness = document.getElementById("freshness");
let latest = null;
let clockAheadMs = 0;
let seenAtMs = 0;

async function refresh() {
  try {
    const response = await fetch("/api/v1/overview", { signal: AbortSignal.timeout(10000) });
    if (!response.ok) throw new Error(`the api answers ${response.status}`);
    latest = await response.json();
    seenAtMs = Date.now();
    clockAheadMs = Date.parse(latest.at) - seenAtMs;
    document.title = renderTitle(latest);
  } catch (error) {
    freshness.dataset.stale = error.name === "TypeError" ? "the api does not answer" : error.message;
  }
}

function paint() {
  if (latest === null) return;
  // Text that somebody has marked stays, or it could never be copied.
  if (String(getSelection()) === "") main.innerHTML = renderOverview(latest, Date.now() + clockAheadMs);
  const isStale = Date.now() - seenAtMs > 3 * REFRESH_MS;
  freshness.className = isStale ? "stale" : "";
  freshness.textContent = isStale
    ? `As of ${formatSpan(Date.now() - seenAtMs)} ago; ${freshness.dataset.stale || "waiting for an answer"}.`
    : "Live, every 2 s.";
}

async function keepFresh() {
  await refreshWhenSeen();
  setTimeout(() => void keepFresh(), REFRESH_MS);
}

async function refreshWhenSeen() {
  if (document.hidden) return;
  await refresh();
  paint();
}

document.addEventListener("visibilitychange", () => void refreshWhenSeen());
setInterval(paint, 1000);
void keepFresh();
