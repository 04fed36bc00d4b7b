import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { beforeAll, describe, expect, it } from "@jest/globals";
import { prepareZXingModule, readBarcodes } from "zxing-wasm/reader";

import { drawLabel } from "./draw-label.ts";
import { encodeSymbol } from "./encode-symbol.ts";
import { labelFont } from "./label-font.ts";
import {
  checkLabel,
  LABEL_HEIGHT_PT,
  LABEL_WIDTH_PT,
  type LabelAddress,
  LabelImpossible,
  type LabelInput,
  planLabel,
} from "./plan-label.ts";

const TO: LabelAddress = {
  name: "Zoë Ğüneş-Łódź",
  line1: "İstiklal Caddesi 12",
  postalCode: "34430",
  city: "İstanbul",
  country: "TR",
};

const input = (change: Partial<LabelInput> = {}): LabelInput => ({
  from: { name: "The shop", line1: "Straße 1", postalCode: "1011 AB", city: "Amsterdam", country: "NL" },
  to: TO,
  carrier: "postnl",
  orderReference: "10045",
  parcelReference: "10045-1",
  weightGrams: 1_250,
  number: "123456789012345675",
  trackingUrl: "https://track.example/3SABCD123",
  ...change,
});

const plan = (change: Partial<LabelInput> = {}) =>
  planLabel(input(change), labelFont(), (kind, value) => encodeSymbol(kind, value).columns);

beforeAll(async () => {
  const wasm = createRequire(import.meta.url).resolve("zxing-wasm/reader/zxing_reader.wasm");
  await prepareZXingModule({ overrides: { wasmBinary: readFileSync(wasm).buffer }, fireImmediately: true });
});

/** What a printer of that resolution makes of the plan's symbols, as a picture in grey. */
function toPicture(change: Partial<LabelInput>, dpi: number) {
  const scale = dpi / 72;
  const width = Math.round(LABEL_WIDTH_PT * scale);
  const height = Math.round(LABEL_HEIGHT_PT * scale);
  const data = new Uint8ClampedArray(width * height * 4).fill(255);
  for (const { kind, value, xPt, yPt, widthPt, heightPt } of plan(change).symbols) {
    const { columns, rows, dark } = encodeSymbol(kind, value);
    for (const run of dark) {
      const left = Math.round((xPt + (run.x * widthPt) / columns) * scale);
      const right = Math.round((xPt + ((run.x + run.width) * widthPt) / columns) * scale);
      const top = Math.round((LABEL_HEIGHT_PT - yPt - heightPt + (run.y * heightPt) / rows) * scale);
      const bottom = Math.round((LABEL_HEIGHT_PT - yPt - heightPt + ((run.y + 1) * heightPt) / rows) * scale);
      for (let y = top; y < bottom; y += 1)
        for (let x = left; x < right; x += 1) data.fill(0, (y * width + x) * 4, (y * width + x) * 4 + 3);
    }
  }
  return { data, width, height, colorSpace: "srgb" } as Picture;
}

type Picture = Extract<Parameters<typeof readBarcodes>[0], { readonly width: number }>;

const decode = async (picture: Picture) =>
  (await readBarcodes(picture, { tryHarder: true })).map(({ text, symbologyIdentifier }) => [
    symbologyIdentifier,
    text,
  ]);

describe("a label", () => {
  it.each([203, 300])("of an SSCC is read back at %i dpi, as GS1-128 and as QR", async (dpi) => {
    const codes = await decode(toPicture({}, dpi));
    expect(codes).toContainEqual(["]C1", "(00)123456789012345675"]);
    expect(codes).toContainEqual([expect.stringMatching(/^]Q/), "https://track.example/3SABCD123"]);
  });

  it.each([203, 300])("of an S10 number is read back at %i dpi, as plain Code 128", async (dpi) => {
    expect(await decode(toPicture({ number: "RB123456785GB" }, dpi))).toContainEqual(["]C0", "RB123456785GB"]);
  });

  it("is the same file each time, and a small one", async () => {
    const [first, second] = [await drawLabel(input()), await drawLabel(input())];
    expect(Buffer.from(first).equals(second)).toBe(true);
    expect(Buffer.from(first).subarray(0, 5).toString()).toBe("%PDF-");
    expect(first.length).toBeLessThan(60_000);
  });

  it("loses no letter of a name that other fonts lack", () => {
    const written = plan().texts.map(({ text }) => text);
    for (const line of ["Zoë Ğüneş-Łódź", "İstiklal Caddesi 12", "34430  İstanbul", "Straße 1"])
      expect(written.join("|")).toContain(line);
  });

  it("breaks a street of sixty letters into lines, and cuts nothing", () => {
    const street = "Burgemeester van der Heijdenstraatweg Noord 123 huis 4 achter";
    const texts = plan({ to: { ...TO, line1: street } }).texts.map(({ text }) => text);
    expect(texts.join(" ")).toContain(street);
    for (const { text, sizePt, xPt } of plan({ to: { ...TO, line1: street } }).texts)
      expect(xPt + labelFont().widthPt(text, sizePt)).toBeLessThanOrEqual(LABEL_WIDTH_PT);
  });

  it("prints references that are UUIDs smaller, and whole", () => {
    const uuid = "0b9e5a0e-6a57-4f1c-9a3d-2f6f1f9f0a11";
    const { texts } = plan({ orderReference: uuid, parcelReference: `R-${uuid}` });
    for (const text of [`Order ${uuid}`, `Parcel R-${uuid}`]) {
      const { xPt, sizePt } = texts.find((each) => each.text === text)!;
      expect(xPt + labelFont().widthPt(text, sizePt)).toBeLessThanOrEqual(LABEL_WIDTH_PT);
    }
    expect(() => plan({ parcelReference: "W".repeat(80) })).toThrow(/parcelReference is too long/);
  });

  it.each<[string, Partial<LabelInput>, string, RegExp]>([
    ["Chinese", { to: { ...TO, name: "東京" } }, "shipTo.name", /U\+6771 "東"/],
    ["an emoji", { to: { ...TO, line1: "Street 🚀" } }, "shipTo.line1", /U\+1F680/],
    ["Arabic, which runs from the right", { to: { ...TO, city: "القاهرة" } }, "shipTo.city", /U\+0627/],
    ["NUL", { to: { ...TO, name: "a\u0000b" } }, "shipTo.name", /U\+0000,/],
    ["half of an emoji", { to: { ...TO, name: "a\ud83d" } }, "shipTo.name", /U\+D83D,/],
    ["no city", { to: { ...TO, city: " " } }, "shipTo.city", /missing/],
    ["nobody", { to: { ...TO, name: null } }, "shipTo.name", /missing/],
    ["a word without end", { to: { ...TO, line1: "W".repeat(80) } }, "shipTo.line1", /too long/],
  ])("with %s is a named error, not a hole", (_, change, field, problem) => {
    expect(() => checkLabel(input(change), labelFont())).toThrow(LabelImpossible);
    expect(() => plan(change)).toThrow(expect.objectContaining({ field, message: expect.stringMatching(problem) }));
  });

  it.each([
    ["123456789012345670", /check digit 0, expected 5/],
    ["", /1 to 40 plain characters/],
    ["A".repeat(41), /1 to 40 plain characters/],
    ["3S東", /plain characters/],
    ["A1".repeat(20), /too long for the width/],
  ])("of the number %p is refused", (number, problem) => {
    expect(() => plan({ number })).toThrow(problem);
  });
});

const hasSecondOpinion = ["pdftoppm", "zbarimg"].every((tool) => spawnSync(tool, ["-h"]).error === undefined);

if (hasSecondOpinion) {
  it.each([203, 300])("the PDF itself is read by other people's tools at %i dpi", async (dpi) => {
    const folder = mkdtempSync(join(tmpdir(), "drumline-label-"));
    writeFileSync(join(folder, "label.pdf"), await drawLabel(input()));
    execFileSync("pdftoppm", ["-r", String(dpi), "-gray", "-singlefile", "label.pdf", "label"], { cwd: folder });
    const codes = execFileSync("zbarimg", ["--raw", "-q", "label.pgm"], { cwd: folder, encoding: "utf8" });
    expect(codes).toContain("00123456789012345675");
    expect(codes).toContain("https://track.example/3SABCD123");
    rmSync(folder, { recursive: true });
  });
} else {
  it("has a second opinion", () => {
    console.warn("skipped: no pdftoppm (poppler-utils) and zbarimg (zbar-tools) on the PATH");
    expect(process.env["CI"]).not.toBe("true");
  });
}
