import type { Route } from "./route.ts";

/** What the sandbox offers and how far its virtual time has come, for a person with a browser. */
export function toIndexPage(routes: readonly Route[], state: Readonly<Record<string, unknown>>): string {
  const facts = Object.entries(state).map(
    ([name, value]) => `<tr><th>${escapeHtml(name)}</th><td>${escapeHtml(String(value))}</td></tr>`,
  );
  const rows = routes.map(
    ({ method, path, about, auth }) =>
      `<tr><td><code>${method} ${escapeHtml(path)}</code></td><td>${escapeHtml(about)}</td><td>${auth ?? "open"}</td></tr>`,
  );
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Drumline sandbox</title>
<style>body{font:16px/1.5 system-ui;margin:2rem auto;max-width:60rem;padding:0 1rem}td,th{padding:.25rem 1rem .25rem 0;text-align:left;vertical-align:top}</style>
<h1>Drumline sandbox</h1>
<p>Plays the systems outside. Nothing here is real.</p>
<table>${facts.join("")}</table>
<h2>Routes</h2>
<table><tr><th>Route</th><th>What it does</th><th>Authorization</th></tr>${rows.join("")}</table>
</html>
`;
}

export function escapeHtml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
