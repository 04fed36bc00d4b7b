import { createHash } from "node:crypto";

import type { FastifyReply } from "fastify";
import { z } from "zod";

import type { Api } from "../api.ts";
import { HttpProblem } from "../http/problem.ts";

/** A page that a link in a mail leads to: words, and at most one button. */
export interface LinkPage {
  readonly language: string;
  readonly title: string;
  readonly text: string;
  /** Posts back to the very address of the page. */
  readonly button?: { readonly label: string; readonly name: string; readonly value: string };
}

export const linkQuery = z.object({ token: z.string().min(1).max(300) });
const STYLE =
  "body{font:16px/1.5 system-ui,sans-serif;max-width:32rem;margin:4rem auto;padding:0 1rem}button{font:inherit;padding:.5rem 1rem}";
/** A page of a link loads nothing but its own style, posts to us alone, and stands in no frame. */
export const pagePolicyOf = (style: string): string =>
  [
    "default-src 'none'",
    `style-src 'sha256-${createHash("sha256").update(style).digest("base64")}'`,
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join("; ");
const POLICY = pagePolicyOf(STYLE);

export function sendLinkPage(
  reply: FastifyReply,
  status: 200 | 404,
  { language, title, text, button }: LinkPage,
): FastifyReply {
  const form =
    button === undefined
      ? ""
      : `<form method="post"><input type="hidden" name="${escapeHtml(button.name)}" value="${escapeHtml(button.value)}"><button>${escapeHtml(button.label)}</button></form>`;
  return reply.status(status).type("text/html; charset=utf-8").header("content-security-policy", POLICY)
    .send(`<!doctype html>
<html lang="${escapeHtml(language)}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="robots" content="noindex">
<title>${escapeHtml(title)}</title>
<style>${STYLE}</style>
<h1>${escapeHtml(title)}</h1>
<p>${escapeHtml(text)}</p>
${form}
</html>
`);
}

const LANGUAGES = ["en", "nl", "tr"] as const;
export type PageLanguage = (typeof LANGUAGES)[number];

/** The first of ours that the locale, or the browser's list, begins a word with. */
export function toPageLanguage(wanted: string | undefined): PageLanguage {
  const words = (wanted ?? "")
    .toLowerCase()
    .split(/[,;\s]+/)
    .map((word) => word.slice(0, 2));
  return (
    LANGUAGES.find((language) => language === words.find((word) => LANGUAGES.some((known) => known === word))) ?? "en"
  );
}

const MOST_BYTES = 16 * 1024;

/**
 * Routes of this scope take a form, as browsers and mail programs post it: url-encoded or multipart. Nothing else of the
 * api does, so that no other site's form can reach it.
 */
export function readForms(scope: Api): void {
  const parsers = {
    "application/x-www-form-urlencoded": (body: string) => new URLSearchParams(body),
    "multipart/form-data": (body: string, contentType: string) => parseMultipart(body, contentType),
  };
  for (const [type, parse] of Object.entries(parsers))
    scope.addContentTypeParser(
      type,
      { parseAs: "string", bodyLimit: MOST_BYTES },
      async ({ headers }: { headers: Record<string, unknown> }, body: string) =>
        Object.fromEntries(parse(body, String(headers["content-type"]))),
    );
}

/** Fields of text alone (RFC 7578). */
function parseMultipart(body: string, contentType: string): Map<string, string> {
  const [, quoted, bare] = /boundary=(?:"([^"]{1,70})"|([^\s;]{1,70}))/i.exec(contentType) ?? [];
  const boundary = quoted ?? bare;
  if (boundary === undefined) throw new HttpProblem(400, "The Content-Type multipart/form-data names no boundary.");
  const fields = new Map<string, string>();
  for (const part of `\r\n${body.replaceAll(/\r?\n/g, "\r\n")}`.split(`\r\n--${boundary}`).slice(1)) {
    const end = part.indexOf("\r\n\r\n");
    const [, name] =
      /^content-disposition:[^\r\n]*\bname="([^"\r\n]{1,100})"/im.exec(part.slice(0, Math.max(end, 0))) ?? [];
    if (name !== undefined) fields.set(name, part.slice(end + 4));
  }
  return fields;
}

/** Good in text and in attributes between double quotes. */
export const escapeHtml = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
