import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

import fontkit from "@pdf-lib/fontkit";

import type { LabelFont } from "./plan-label.ts";

/** A font that gives its letters as outlines: a label needs a few dozen, and embedding the font took longer than all the rest. */
export interface OutlineFont extends LabelFont {
  readonly unitsPerEm: number;
  /** The outline is in the operators of PDF, in units of the em; empty for a space. */
  glyphOf(character: string): { readonly outline: string; readonly advance: number };
}

/** Letters of these scripts are joined, or run from right to left: one by one they would be wrong. */
const NEEDS_SHAPING =
  /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}\p{Script=Devanagari}\p{C}]/u;
const MOST_KEPT = 2_000;

let font: OutlineFont | null = null;

/** DejaVu Sans: Latin, Greek, Cyrillic and more, free to print. Read at the first label and kept. */
export function labelFont(): OutlineFont {
  font ??= openFont(createRequire(import.meta.url).resolve("dejavu-fonts-ttf/ttf/DejaVuSans.ttf"));
  return font;
}

function openFont(path: string): OutlineFont {
  const opened = fontkit.create(readFileSync(path));
  const glyphs = new Map<string, ReturnType<OutlineFont["glyphOf"]>>();
  const glyphOf = (character: string) => {
    let glyph = glyphs.get(character);
    if (glyph === undefined) {
      const { path: outline, advanceWidth } = opened.glyphForCodePoint(character.codePointAt(0)!);
      // The typings leave the steps of a path out.
      const { commands } = outline as unknown as { commands: { command: string; args: number[] }[] };
      glyph = { outline: commands.map(toOperator).join(" "), advance: advanceWidth };
      if (glyphs.size < MOST_KEPT) glyphs.set(character, glyph);
    }
    return glyph;
  };
  return {
    unitsPerEm: opened.unitsPerEm,
    glyphOf,
    findMissing: (text) =>
      Array.from(text).find(
        (character) => NEEDS_SHAPING.test(character) || !opened.hasGlyphForCodePoint(character.codePointAt(0)!),
      ) ?? null,
    widthPt: (text, sizePt) =>
      (Array.from(text).reduce((sum, character) => sum + glyphOf(character).advance, 0) * sizePt) / opened.unitsPerEm,
  };
}

/** Fonts of TrueType curve by one point, PDF by two: each lies two thirds of the way to the one. */
function toOperator(
  { command, args }: { command: string; args: number[] },
  index: number,
  all: { args: number[] }[],
): string {
  const [a = 0, b = 0, c = 0, d = 0] = args;
  switch (command) {
    case "moveTo":
      return `${a} ${b} m`;
    case "lineTo":
      return `${a} ${b} l`;
    case "quadraticCurveTo": {
      const [fromX = 0, fromY = 0] = all[index - 1]!.args.slice(-2);
      const third = (near: number, far: number) => Math.round((near + 2 * far) / 3);
      return `${third(fromX, a)} ${third(fromY, b)} ${third(c, a)} ${third(d, b)} ${c} ${d} c`;
    }
    case "bezierCurveTo":
      return `${args.join(" ")} c`;
    case "closePath":
      return "h";
    default:
      throw new Error(`the font draws with "${command}", which this does not know`);
  }
}
