import bwipjs from "bwip-js/node";
import { encode } from "uqr";

import type { LabelSymbol } from "./plan-label.ts";

/** A dark rectangle, in modules; rows run downwards. */
export interface DarkRun {
  readonly x: number;
  readonly y: number;
  readonly width: number;
}

/** A symbol as what is dark of it. A bar code has one row, as high as it is drawn. */
export interface SymbolModules {
  readonly columns: number;
  readonly rows: number;
  readonly dark: readonly DarkRun[];
}

/** Throws the `Error` of the encoder for a value that the symbol cannot carry. */
export function encodeSymbol(kind: LabelSymbol["kind"], value: string): SymbolModules {
  return kind === "qrcode" ? encodeQr(value) : encodeBars(kind, value);
}

function encodeBars(kind: "gs1-128" | "code128", text: string): SymbolModules {
  const [bars] = bwipjs.raw({ bcid: kind, text }) as { sbs: number[] }[];
  const dark: DarkRun[] = [];
  let x = 0;
  // Widths of bars and spaces in turn, beginning with a bar.
  for (const [index, width] of bars!.sbs.entries()) {
    if (index % 2 === 0) dark.push({ x, y: 0, width });
    x += width;
  }
  return { columns: x, rows: 1, dark };
}

function encodeQr(text: string): SymbolModules {
  const { data, size } = encode(text, { ecc: "M", border: 0 });
  return { columns: size, rows: size, dark: data.flatMap((row, y) => toRuns(row, y)) };
}

/** Neighbours as one rectangle, or a printer shows hairlines between them. */
function toRuns(row: readonly boolean[], y: number): DarkRun[] {
  const runs: { x: number; y: number; width: number }[] = [];
  for (const [x, isDark] of row.entries()) {
    const last = runs.at(-1);
    if (!isDark) continue;
    if (last !== undefined && last.x + last.width === x) last.width += 1;
    else runs.push({ x, y, width: 1 });
  }
  return runs;
}
