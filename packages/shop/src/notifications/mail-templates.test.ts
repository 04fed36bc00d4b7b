import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, describe, expect, it } from "@jest/globals";

import { createMailTemplates } from "./mail-templates.ts";
import { previewMail, SAMPLE_FACTS } from "./sample-mail.ts";
import { MARKETING_NOTICES, NOTICE_KINDS, type NoticeKind } from "./save-notices.sql.ts";
import { type MailFacts, toTemplateData } from "./template-data.ts";

const LOCALES = ["en", "nl", "tr"];
const EVERY = NOTICE_KINDS.flatMap((kind) => LOCALES.map((locale) => [kind, locale] as const));
const own = { folder: null, shopName: "Trommelwerk" };

/** The same facts with this in place of every text but the currencies. */
function withEvil<Value>(value: Value, evil: string, name = ""): Value {
  if (name === "currency") return value;
  if (typeof value === "string") return evil as Value;
  if (Array.isArray(value)) return value.map((item) => withEvil(item, evil)) as Value;
  if (typeof value !== "object" || value === null || value instanceof Date) return value;
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, withEvil(field, evil, key)])) as Value;
}

function render(kind: NoticeKind, locale: string, facts: MailFacts, shopName = own.shopName) {
  const reader = { language: locale, locale, timeZone: "Europe/Amsterdam", shopName };
  return createMailTemplates(own).render(kind, toTemplateData(facts, reader));
}

describe("the mails", () => {
  it.each(EVERY)("of kind %s have a subject, a text and HTML in %s", (kind, locale) => {
    const { subject, text, html, language } = previewMail(kind, { ...own, locale });
    expect(language).toBe(locale);
    expect(subject).toMatch(/^\S.{8,120}$/u);
    for (const written of [subject, text, html]) expect(written).not.toMatch(/\{\{|\{%|undefined|\[object|NaN/);
    expect(text).toContain("Trommelwerk");
    expect(html).toContain(`<html lang="${locale}">`);
    expect(text).not.toMatch(/\n{3}/);
  });

  it.each(NOTICE_KINDS)("of kind %s say in their subject something else in each language", (kind) => {
    expect(new Set(LOCALES.map((locale) => previewMail(kind, { ...own, locale }).subject)).size).toBe(LOCALES.length);
  });

  it.each(MARKETING_NOTICES)("of kind %s name the way out in text and HTML", (kind) => {
    const { text, html } = previewMail(kind, { ...own, locale: "nl" });
    expect(text).toContain(SAMPLE_FACTS.unsubscribeUrl);
    expect(html).toContain(`href="${SAMPLE_FACTS.unsubscribeUrl}"`);
  });

  it.each(EVERY)("of kind %s in %s take whatever stands in a field as words", (kind, locale) => {
    const evil = `<script>alert("1")</script>\r\nBcc: eve@example.com\r\n\r\n{{ shop }}{% raw %}\0\ud800`;
    const { subject, text, html } = render(kind, locale, withEvil(SAMPLE_FACTS, evil), evil);
    expect(subject).not.toMatch(/[\r\n]/);
    expect(text).not.toMatch(/^Bcc/m);
    expect(html).not.toContain("<script>");
    expect(html).not.toContain('"1"');
    for (const written of [subject, text, html]) {
      expect(written).not.toMatch(/\0/);
      expect(written.isWellFormed()).toBe(true);
    }
  });

  it("lead to no address that runs what it says", () => {
    const parcel = { ...SAMPLE_FACTS.parcel, trackingUrl: "javascript:alert(1)" };
    const { text, html } = render("shipped", "en", { ...SAMPLE_FACTS, parcel });
    expect(text + html).not.toContain("javascript");
  });

  it("write amounts and days as the reader does", () => {
    expect(previewMail("confirmed", { ...own, locale: "nl-BE" }).text).toMatch(
      /20 november 2026[^]*Totaal: €\s1\.234,50/,
    );
    expect(previewMail("confirmed", { ...own, locale: "tr" }).text).toMatch(/20 Kasım 2026[^]*Toplam: €1\.234,50/);
    expect(previewMail("confirmed", { ...own, locale: "en" }).text).toContain("Total: €1,234.50");
    const order = { ...SAMPLE_FACTS.order, currency: "TRY", totalMinor: 9_007_199_254_740_993n };
    expect(render("confirmed", "tr", { ...SAMPLE_FACTS, order }).text).toContain("₺90.071.992.547.409,93");
  });

  it("greet without a name where there is none", () => {
    expect(render("packed", "en", { ...SAMPLE_FACTS, name: "  " }).text).toContain("Hello,\n");
  });

  it("fall back to English where a language is not written, or is none", () => {
    const { languageOf } = createMailTemplates(own);
    expect(
      ["tr-TR", "NL_be", "de", "../../tr", "", "x".repeat(300)].map((locale) => languageOf("packed", locale)),
    ).toEqual(["tr", "nl", "en", "en", "en", "en"]);
  });
});

describe("a folder of templates", () => {
  const folder = mkdtempSync(join(tmpdir(), "templates-"));
  afterAll(() => rmSync(folder, { recursive: true }));
  const write = (name: string, text: string) => {
    mkdirSync(join(folder, name, ".."), { recursive: true });
    writeFileSync(join(folder, name), text);
  };

  it("stands before ours, may add a language, and leaves the rest to ours", () => {
    write("de/packed.txt", "Subject: Gepackt: {{ order.reference }}\n\nHallo {{ name }}\n");
    write("de/packed.html", '{% layout "frame.html" %}{% block body %}<p>{{ name }}</p>{% endblock %}');
    expect(previewMail("packed", { ...own, folder, locale: "de" })).toMatchObject({
      language: "de",
      subject: "Gepackt: W-10042",
      html: expect.stringContaining("<p>Ada Yılmaz</p>"),
    });
    expect(previewMail("shipped", { ...own, folder, locale: "de" }).language).toBe("en");
  });

  it.each([
    [
      "a name that is not given",
      "Subject: x\n\n{{ order.totl }}",
      /totl.*line:3, col:1|undefined variable: order\.totl/i,
    ],
    [
      "no subject",
      "Hello\n\nthere",
      /template xx\/packed: the text begins with "Hello"; expected a first line "Subject: …"/,
    ],
    [
      "a loop without an end",
      "Subject: x\n\n{% for a in (1..99999) %}{% for b in (1..99999) %}x{% endfor %}{% endfor %}",
      /limit/i,
    ],
    ["a text that grows", "Subject: x\n\n{% for a in (1..100000000) %}{{ a }}{% endfor %}", /limit/i],
    ["a way to what is not its own", "Subject: x\n\n{{ shop.constructor.name }}", /undefined variable/i],
  ])("fails with the place where it has %s", (_, text, problem) => {
    write("xx/packed.txt", text);
    write("xx/packed.html", "x");
    expect(() => previewMail("packed", { ...own, folder, locale: "xx" })).toThrow(problem);
  });
});
