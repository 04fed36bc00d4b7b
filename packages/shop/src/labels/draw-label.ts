import {
  appendBezierCurve,
  appendQuadraticCurve,
  closePath,
  fill,
  lineTo,
  moveTo,
  PDFDocument,
  type PDFOperator,
  rectangle,
  setFillingGrayscaleColor,
} from "pdf-lib";

import { encodeSymbol } from "./encode-symbol.ts";
import { labelFont, type OutlineStep } from "./label-font.ts";
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
  return toPdf(planLabel(input, labelFont(), (kind, value) => encodeSymbol(kind as "code128", value).columns));
}

async function toPdf(plan: LabelPlan): Promise<Uint8Array> {
  const document = await PDFDocument.create({ updateMetadata: false });
  const page = document.addPage([LABEL_WIDTH_PT, LABEL_HEIGHT_PT]);
  page.pushOperators(setFillingGrayscaleColor(0), ...plan.symbols.flatMap(toBars), ...plan.texts.flatMap(toLetters));
  return document.save({ useObjectStreams: false });
}

function toBars({ kind, value, xPt, yPt, widthPt, heightPt }: LabelSymbol): PDFOperator[] {
  const { columns, rows, dark } = encodeSymbol(kind, value);
  const columnPt = widthPt / columns;
  const rowPt = heightPt / rows;
  const bars = dark.map(({ x, y, width }) =>
    rectangle(xPt + x * columnPt, yPt + heightPt - (y + 1) * rowPt, width * columnPt, rowPt),
  );
  return [...bars, fill()];
}

/** Letters as outlines: nothing is embedded, and nothing can be substituted by whoever prints it. */
function toLetters({ text, xPt, yPt, sizePt }: LabelText): PDFOperator[] {
  const font = labelFont();
  const scale = sizePt / font.unitsPerEm;
  const operators: PDFOperator[] = [];
  let penPt = xPt;
  for (const character of text) {
    const { outline, advance } = font.glyphOf(character);
    for (const step of outline)
      operators.push(
        toOperator(
          step,
          (x) => round(penPt + x * scale),
          (y) => round(yPt + y * scale),
        ),
      );
    penPt += advance * scale;
  }
  return operators.length === 0 ? [] : [...operators, fill()];
}

function toOperator(
  { command, args }: OutlineStep,
  x: (unit: number) => number,
  y: (unit: number) => number,
): PDFOperator {
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = args;
  switch (command) {
    case "moveTo":
      return moveTo(x(a), y(b));
    case "lineTo":
      return lineTo(x(a), y(b));
    case "quadraticCurveTo":
      return appendQuadraticCurve(x(a), y(b), x(c), y(d));
    case "bezierCurveTo":
      return appendBezierCurve(x(a), y(b), x(c), y(d), x(e), y(f));
    case "closePath":
      return closePath();
    default:
      throw new Error(`the font draws with "${command}", which this does not know`);
  }
}

/** A hundredth of a point is finer than any printer, and keeps the file small. */
const round = (value: number): number => Math.round(value * 100) / 100;
