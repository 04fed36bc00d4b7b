const REFRESH_MS = 2000;
const TOKEN = "drumline-token";
const main = document.getElementById("overview");
const freshness = document.getElementById("freshness");
let latest = null;
let clockAheadMs = 0;
let seenAtMs = 0;

// Every address of the page is relative, so that it also works under a path of a proxy, which must end in a slash then.
if (!location.pathname.endsWith("/")) location.replace(`${location.pathname}/${location.hash}`);

// A link may bring the token behind its #, which no server and no log ever sees; this tab alone keeps it.
function takeToken() {
  const brought = new URLSearchParams(location.hash.slice(1)).get("token");
  if (brought === null) return;
  sessionStorage.setItem(TOKEN, brought);
  history.replaceState(null, "", location.pathname);
}

function ask(path) {
  const headers = { authorization: `Bearer ${sessionStorage.getItem(TOKEN)}` };
  return fetch(path, { headers, signal: AbortSignal.timeout(10000) });
}

async function refresh() {
  try {
    const response = await ask("api/v1/overview");
    // Only a token that is wrong is thrown away: 429 and 503 pass, and the page with what it shows waits for that.
    if (response.status === 401) return showDoor((await response.json()).detail);
    if (!response.ok) throw new Error(await problemOf(response));
    latest = await response.json();
    seenAtMs = Date.now();
    clockAheadMs = Date.parse(latest.at) - seenAtMs;
    document.title = renderTitle(latest);
  } catch (error) {
    freshness.dataset.stale = error.name === "TypeError" ? "the api does not answer" : error.message;
  }
}

async function problemOf(response) {
  const { detail } = await response.json().catch(() => ({}));
  return detail ?? `the api answers ${response.status}`;
}

async function showDoor(problem) {
  sessionStorage.removeItem(TOKEN);
  latest = null;
  main.innerHTML = renderDoor(await (await fetch("health/ready")).json(), problem);
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
  if (document.hidden || sessionStorage.getItem(TOKEN) === null) return;
  await refresh();
  paint();
}

// A plain click could not bring the token along.
async function follow(event) {
  const link = event.target.closest("a[href^='api/'], a[href='metrics']");
  if (link === null) return;
  event.preventDefault();
  const response = await ask(link.getAttribute("href"));
  const type = response.headers.get("content-type").split(";")[0].replace("problem+json", "json");
  location.assign(URL.createObjectURL(new Blob([await response.text()], { type })));
}

function enter(event) {
  if (event.target.id !== "door") return;
  event.preventDefault();
  sessionStorage.setItem(TOKEN, event.target.elements.token.value.trim());
  void refreshWhenSeen();
}

document.addEventListener("visibilitychange", () => void refreshWhenSeen());
document.addEventListener("click", (event) => void follow(event));
document.addEventListener("submit", enter);
window.addEventListener("hashchange", () => {
  takeToken();
  void refreshWhenSeen();
});
setInterval(paint, 1000);
takeToken();
void keepFresh();
