import { DrumlineError } from "@drumline/core/errors";

import { findNumberFault, isSsccLike } from "./number-fault.ts";

/** 4 × 6 inches, in points of 1/72 inch. */
export const LABEL_WIDTH_PT = 288;
export const LABEL_HEIGHT_PT = 432;

/** An address as it is printed, one field a line or part of one. */
export interface LabelAddress {
  readonly company?: string | null;
  readonly name?: string | null;
  readonly line1?: string | null;
  readonly line2?: string | null;
  readonly postalCode?: string | null;
  readonly city?: string | null;
  readonly region?: string | null;
  readonly country?: string | null;
}

export interface LabelInput {
  readonly from: LabelAddress;
  readonly to: LabelAddress;
  readonly carrier: string;
  readonly orderReference: string;
  readonly parcelReference: string;
  readonly weightGrams: number | null;
  /** The carrier's number of the parcel, or 18 digits: an SSCC, which goes as GS1-128. */
  readonly number: string;
  /** What the QR code says. No personal data: other people scan it. */
  readonly trackingUrl: string;
}

export interface LabelText {
  readonly text: string;
  readonly xPt: number;
  readonly yPt: number;
  readonly sizePt: number;
}

export interface LabelSymbol {
  readonly kind: "gs1-128" | "code128" | "qrcode";
  readonly value: string;
  readonly xPt: number;
  readonly yPt: number;
  readonly widthPt: number;
  readonly heightPt: number;
}

/** Where everything goes, before anything is drawn; the origin is at the lower left. */
export interface LabelPlan {
  readonly texts: readonly LabelText[];
  readonly symbols: readonly LabelSymbol[];
}

/** What the font can say of a text. */
export interface LabelFont {
  /** The first character it cannot write, or null. */
  findMissing(text: string): string | null;
  widthPt(text: string, sizePt: number): number;
}

/** This parcel cannot have a label before somebody mends the field that is named. No money was spent on it. */
export class LabelImpossible extends DrumlineError {
  readonly field: string;

  constructor(field: string, problem: string) {
    super(`the label cannot be drawn: ${field} ${problem}`, { code: "LABEL_IMPOSSIBLE" });
    this.field = field;
  }
}

const MARGIN_PT = 14;
const INNER_PT = LABEL_WIDTH_PT - 2 * MARGIN_PT;
/** 31.75 mm, as GS1 asks for on logistic labels. */
const BAR_HEIGHT_PT = 90;
const QR_PT = 92;
const TO_TOP_PT = 370;
const TO_BOTTOM_PT = 240;
const SMALL_PT = 8;
const READABLE_PT = 10;
const TO_SIZES_PT = [13, 12, 11, 10, 9, 8];
const FACT_SIZES_PT = [10, 9, 8, 7, 6, 5];
/** Dots of a 203 dpi printer that one module of the bar code takes, or its edges blur: 4, and 2 for long numbers. */
const MODULE_DOTS = [4, 3, 2];
const DOT_PT = 72 / 203;
const QUIET_MODULES = 10;

/** What `planLabel` would refuse, known without the carrier's number: asked before anything is bought. Throws `LabelImpossible`. */
export function checkLabel(input: Omit<LabelInput, "number" | "trackingUrl">, font: LabelFont): void {
  layOutAddresses(input, font);
}

/** Throws `LabelImpossible` with the field, the character or the digit that is at fault. */
export function planLabel(
  input: LabelInput,
  font: LabelFont,
  modulesOf: (kind: LabelSymbol["kind"], value: string) => number,
): LabelPlan {
  const fault = findNumberFault(input.carrier, input.number);
  if (fault !== null) throw new LabelImpossible("number", `is wrong: ${fault}`);
  if (!/^[\x20-\x7e]{1,40}$/.test(input.number))
    throw new LabelImpossible("number", `must be 1 to 40 plain characters, got "${input.number}"`);
  const kind = isSsccLike(input.number) ? "gs1-128" : "code128";
  const value = kind === "gs1-128" ? `(00)${input.number}` : input.number;
  const modules = modulesOf(kind, value);
  const dots = MODULE_DOTS.find((each) => (modules + 2 * QUIET_MODULES) * each * DOT_PT <= LABEL_WIDTH_PT);
  if (dots === undefined)
    throw new LabelImpossible("number", `is too long for the width of a label: "${input.number}"`);
  const widthPt = modules * dots * DOT_PT;
  const readable = {
    text: value,
    sizePt: READABLE_PT,
    xPt: (LABEL_WIDTH_PT - font.widthPt(value, READABLE_PT)) / 2,
    yPt: 16,
  };
  return {
    texts: [...layOutAddresses(input, font), readable],
    symbols: [
      { kind, value, xPt: (LABEL_WIDTH_PT - widthPt) / 2, yPt: 30, widthPt, heightPt: BAR_HEIGHT_PT },
      { kind: "qrcode", value: input.trackingUrl, xPt: MARGIN_PT, yPt: 134, widthPt: QR_PT, heightPt: QR_PT },
    ],
  };
}

function layOutAddresses(input: Omit<LabelInput, "number" | "trackingUrl">, font: LabelFont): LabelText[] {
  const from = toLines("from", input.from, font).flatMap(({ text }) => wrap(text, SMALL_PT, font) ?? [text]);
  if (from.length > 5) throw new LabelImpossible("from", `takes ${from.length} lines, and the label has room for 5`);
  const facts = [
    ["carrier", input.carrier],
    ["orderReference", `Order ${input.orderReference}`],
    ["parcelReference", `Parcel ${input.parcelReference}`],
    ...(input.weightGrams === null ? [] : [["weightGrams", `${(input.weightGrams / 1_000).toFixed(2)} kg`] as const]),
  ] as const;
  return [
    ...from.map((text, index) => ({ text, xPt: MARGIN_PT, yPt: 414 - index * 9.5, sizePt: SMALL_PT })),
    ...layOutRecipient(toLines("shipTo", input.to, font), font),
    ...facts.map(([field, text], index) => ({
      ...fit(field, writable(field, text, font), font),
      xPt: MARGIN_PT + QR_PT + 12,
      yPt: 210 - index * 18,
    })),
  ];
}

/** As large as all of it fits into the space; no line is cut, and none lost. */
function layOutRecipient(
  lines: readonly { readonly field: string; readonly text: string }[],
  font: LabelFont,
): LabelText[] {
  if (!lines.some(({ field }) => field === "shipTo.city"))
    throw new LabelImpossible("shipTo.city", "is missing: a parcel without a city arrives nowhere");
  for (const sizePt of TO_SIZES_PT) {
    const wrapped = lines.map(({ text }) => wrap(text, sizePt, font));
    const all = wrapped.flatMap((each) => each ?? []);
    const stepPt = sizePt * 1.25;
    if (!wrapped.includes(null) && all.length * stepPt <= TO_TOP_PT - TO_BOTTOM_PT)
      return all.map((text, index) => ({ text, xPt: MARGIN_PT, yPt: TO_TOP_PT - sizePt - index * stepPt, sizePt }));
  }
  const longest = lines.toSorted((left, right) => right.text.length - left.text.length)[0]!;
  throw new LabelImpossible(longest.field, `is too long for the label at the smallest print: "${longest.text}"`);
}

/** The line in pieces that fit, parted at spaces; null where a single word is too wide. */
function wrap(text: string, sizePt: number, font: LabelFont): string[] | null {
  const pieces: string[] = [];
  for (const word of text.split(" ")) {
    const longer = pieces.length === 0 ? word : `${pieces.at(-1)} ${word}`;
    if (pieces.length > 0 && font.widthPt(longer, sizePt) <= INNER_PT) pieces[pieces.length - 1] = longer;
    else pieces.push(word);
  }
  return pieces.every((piece) => font.widthPt(piece, sizePt) <= INNER_PT) ? pieces : null;
}

/** A shop's references may be UUIDs: smaller print, and nothing cut. */
function fit(field: string, text: string, font: LabelFont): { readonly text: string; readonly sizePt: number } {
  const sizePt = FACT_SIZES_PT.find((each) => font.widthPt(text, each) <= INNER_PT - QR_PT - 12);
  if (sizePt === undefined) throw new LabelImpossible(field, `is too long for the label: "${text}"`);
  return { text, sizePt };
}

function toLines(what: string, address: LabelAddress, font: LabelFont): { field: string; text: string }[] {
  const part = (field: keyof LabelAddress) => {
    const text = (address[field] ?? "").trim().replaceAll(/\s+/g, " ");
    return text === "" ? [] : [{ field: `${what}.${field}`, text: writable(`${what}.${field}`, text, font) }];
  };
  const [postalCode] = part("postalCode");
  const [city] = part("city");
  const place = city === undefined ? [] : [{ ...city, text: [postalCode?.text, city.text].filter(Boolean).join("  ") }];
  const name = [...part("company"), ...part("name")];
  if (name.length === 0) throw new LabelImpossible(`${what}.name`, "is missing");
  return [...name, ...part("line1"), ...part("line2"), ...place, ...part("region"), ...part("country")];
}

/** Composed where it can be; a character that the font lacks, or would set in the wrong direction, is an error, never a hole. */
function writable(field: string, raw: string, font: LabelFont): string {
  const text = raw.normalize("NFC");
  const missing = font.findMissing(text);
  if (missing === null) return text;
  const code = missing.codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0");
  const shown = /\p{C}/u.test(missing) ? "" : ` "${missing}"`;
  throw new LabelImpossible(
    field,
    `holds the character U+${code}${shown}, which the label's font cannot write. Write it in Latin letters.`,
  );
}
