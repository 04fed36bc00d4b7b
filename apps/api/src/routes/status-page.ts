import type { Api, ApiParts } from "../api.ts";
import { loadOverview } from "../overview/overview.ts";
import { loadStatusPage } from "../status-page/status-page.ts";

export function addStatusPageRoute(app: Api, parts: ApiParts): void {
  const page = loadStatusPage();
  app.get("/", { schema: { hide: true } }, async (_request, reply) => {
    const html = page.render(await loadOverview(parts));
    return reply
      .type("text/html; charset=utf-8")
      .header("content-security-policy", page.contentSecurityPolicy)
      .send(html);
  });
}
