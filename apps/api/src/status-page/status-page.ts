import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";

import type { Api, ApiParts } from "../api.ts";
import { checkHealth } from "../health/check-health.ts";
import type { Overview } from "../overview/overview.ts";
import { renderDoor, renderTitle } from "./render-overview.js";

export function addStatusPageRoute(app: Api, parts: ApiParts): void {
  const page = loadStatusPage();
  app.get("/", { config: { access: "public" }, schema: { hide: true } }, async (_request, reply) => {
    const { reasons } = await checkHealth(parts);
    const html = page.render({ ready: reasons.length === 0, reasons: [...reasons] });
    return reply
      .type("text/html; charset=utf-8")
      .header("content-security-policy", page.contentSecurityPolicy)
      .send(html);
  });
}

interface StatusPage {
  /** What anyone may see; the rest comes by the page's script, which sends the token it was given. */
  render(health: Pick<Overview, "ready" | "reasons">): string;
  /** Lets this page's own style and script run, and nothing else. */
  readonly contentSecurityPolicy: string;
}

/**
 * One file without a build: the server and the browser run the very same render-overview.js, the server for the first
 * paint, which needs no script and no token, and the browser for each one after it.
 */
function loadStatusPage(): StatusPage {
  const style = read("status-page.css");
  const script = `${read("render-overview.js").replaceAll(/^export /gm, "")}\n${read("refresh.js")}`;
  const icon = `data:image/svg+xml,${encodeURIComponent(read("icon.svg"))}`;
  const [before, after] = read("status-page.html")
    .replace("<style>", () => `<style>${style}`)
    .replace("<script>", () => `<script>${script}`)
    .replaceAll("{{icon}}", icon)
    .split("{{overview}}");
  return {
    render: (health) => `${before!.replace("{{title}}", renderTitle(health))}${renderDoor(health)}${after!}`,
    contentSecurityPolicy: [
      "default-src 'none'",
      `style-src ${hashOf(style)}`,
      `script-src ${hashOf(script)}`,
      "connect-src 'self'",
      "img-src data:",
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
    ].join("; "),
  };
}

const read = (name: string): string => readFileSync(new URL(name, import.meta.url), "utf8").trim();
const hashOf = (text: string): string => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
