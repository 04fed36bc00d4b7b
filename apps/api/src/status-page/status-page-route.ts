import type { Api, ApiParts } from "../api.ts";
import { lookAround } from "../health/look-around.ts";
import { loadStatusPage } from "./status-page.ts";

export function addStatusPageRoute(app: Api, parts: ApiParts): void {
  const page = loadStatusPage();
  app.get("/", { config: { access: "public" }, schema: { hide: true } }, async (_request, reply) => {
    const { reasons } = await lookAround(parts);
    const html = page.render({ ready: reasons.length === 0, reasons: [...reasons] });
    return reply
      .type("text/html; charset=utf-8")
      .header("content-security-policy", page.contentSecurityPolicy)
      .send(html);
  });
}
