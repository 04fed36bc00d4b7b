import { deflateSync } from "node:zlib";

import { PDFDocument, PDFName, PDFRawStream } from "pdf-lib";

import { encodeSymbol, type SymbolModules } from "./encode-symbol.ts";
import { labelFont } from "./label-font.ts";
import {
  LABEL_HEIGHT_PT,
  LABEL_WIDTH_PT,
  type LabelInput,
  type LabelPlan,
  type LabelSymbol,
  type LabelText,
  planLabel,
} from "./plan-label.ts";

/** The label as a PDF of one page; the same input gives the same bytes. Throws `LabelImpossible`. */
export async function drawLabel(input: LabelInput): Promise<Uint8Array> {
  const encode = encodeOnce();
  const plan = planLabel(input, labelFont(), (kind, value) => encode(kind, value).columns);
  return toPdf(plan, encode);
}

type Encode = (kind: LabelSymbol["kind"], value: string) => SymbolModules;

/** Its width is asked for before it is drawn, and encoding is most of the work. */
function encodeOnce(): Encode {
  const encoded = new Map<string, SymbolModules>();
  return (kind, value) => {
    const known = encoded.get(value) ?? encodeSymbol(kind, value);
    encoded.set(value, known);
    return known;
  };
}

/** The page is written as text here: as objects of the library, its thousands of strokes took three times as long. */
async function toPdf({ symbols, texts }: LabelPlan, encode: Encode): Promise<Uint8Array> {
  const document = await PDFDocument.create({ updateMetadata: false });
  const page = document.addPage([LABEL_WIDTH_PT, LABEL_HEIGHT_PT]);
  const strokes = ["0 g", ...symbols.map((symbol) => toBars(symbol, encode)), ...texts.map(toLetters)].join("\n");
  const facts = document.context.obj({ Filter: "FlateDecode" });
  const content = document.context.register(PDFRawStream.of(facts, deflateSync(strokes)));
  page.node.set(PDFName.of("Contents"), content);
  return document.save({ useObjectStreams: false });
}

function toBars({ kind, value, xPt, yPt, widthPt, heightPt }: LabelSymbol, encode: Encode): string {
  const { columns, rows, dark } = encode(kind, value);
  const columnPt = widthPt / columns;
  const rowPt = heightPt / rows;
  const bars = dark.map(({ x, y, width }) =>
    [xPt + x * columnPt, yPt + heightPt - (y + 1) * rowPt, width * columnPt, rowPt]
      .map(toNumber)
      .join(" ")
      .concat(" re"),
  );
  return `${bars.join("\n")} f`;
}

/** Letters as outlines: nothing is embedded, and nothing can be substituted by whoever prints it. */
function toLetters({ text, xPt, yPt, sizePt }: LabelText): string {
  const font = labelFont();
  const scale = sizePt / font.unitsPerEm;
  const size = toNumber(scale);
  let penPt = xPt;
  const letters: string[] = [];
  for (const character of text) {
    const { outline, advance } = font.glyphOf(character);
    if (outline !== "") letters.push(`q ${size} 0 0 ${size} ${toNumber(penPt)} ${toNumber(yPt)} cm ${outline} f Q`);
    penPt += advance * scale;
  }
  return letters.join("\n");
}

/** Finer than any printer; PDF knows no exponents. */
const toNumber = (value: number): string => String(Number(value.toFixed(5)));
