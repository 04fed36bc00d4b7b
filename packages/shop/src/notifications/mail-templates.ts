import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { messageOf } from "@drumline/core/errors";
import { cutText } from "@drumline/core/text";
import { Liquid } from "liquidjs";

import type { TemplateData } from "./template-data.ts";
import type { NoticeKind } from "./save-notices.sql.ts";

export interface RenderedMail {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

export interface MailTemplates {
  /** The language that a mail of this kind is written in for this locale: English where nobody wrote any other. */
  languageOf(kind: NoticeKind, locale: string): string;
  /** Throws with template, line and column: a name that is not given, or a template that takes too long. */
  render(kind: NoticeKind, data: TemplateData): RenderedMail;
}

export const FALLBACK_LANGUAGE = "en";
const BUILT_IN = fileURLToPath(new URL("templates/", import.meta.url));
// A template that people edit may loop for ever, or grow.
/** The time is the wall's: on a busy machine a good template took longer than 200 ms, and its mail failed for good. */
const LIMITS = { renderLimit: 2_000, memoryLimit: 10_000_000 };
const LONGEST_SUBJECT = 200;

/**
 * The templates of every mail: `<language>/<kind>.txt`, whose first line is `Subject: …`, and `<language>/<kind>.html`.
 * What lies in `folder` (SHOP_TEMPLATES_FOLDER) stands before ours of the same name; the rest is ours.
 */
export function createMailTemplates({ folder }: { readonly folder: string | null }): MailTemplates {
  const roots = [...(folder === null ? [] : [folder]), BUILT_IN];
  const strict = { root: roots, strictVariables: true, strictFilters: true, ownPropertyOnly: true, cache: true };
  const text = new Liquid({ ...strict, ...LIMITS });
  const html = new Liquid({ ...strict, ...LIMITS, outputEscape: "escape" });
  const languages = new Map<string, boolean>();

  const isWritten = (language: string, kind: NoticeKind): boolean => {
    const name = `${language}/${kind}`;
    const known = languages.get(name);
    if (known !== undefined) return known;
    const found = ["txt", "html"].every((end) => roots.some((root) => existsSync(join(root, `${name}.${end}`))));
    languages.set(name, found);
    return found;
  };

  return {
    languageOf(kind, locale) {
      const language = /^[a-z]{2,3}(?=$|[-_])/i.exec(locale)?.[0]?.toLowerCase() ?? FALLBACK_LANGUAGE;
      return isWritten(language, kind) ? language : FALLBACK_LANGUAGE;
    },
    render(kind, data) {
      const name = `${data.language}/${kind}`;
      try {
        return {
          ...readText(text.renderFileSync(`${name}.txt`, data)),
          html: html.renderFileSync(`${name}.html`, data),
        };
      } catch (error) {
        throw new Error(`template ${name}: ${messageOf(error)}`, { cause: error });
      }
    },
  };
}

function readText(written: string): Pick<RenderedMail, "subject" | "text"> {
  const [first = "", ...rest] = written.split("\n");
  const [, subject = ""] = /^Subject: *(.*?)\s*$/.exec(first) ?? [];
  if (subject === "")
    throw new Error(`the text begins with "${cutText(first, 80)}"; expected a first line "Subject: …"`);
  return { subject: cutText(subject, LONGEST_SUBJECT), text: `${rest.join("\n").trim()}\n` };
}
