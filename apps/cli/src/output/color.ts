/** How parts of a line stand out; without colour a text is itself. */
export interface Paint {
  heading(text: string): string;
  quiet(text: string): string;
  bad(text: string): string;
  late(text: string): string;
  chosen(text: string): string;
}

const around = (open: number, close: number) => (text: string) => `\u001b[${open}m${text}\u001b[${close}m`;
const asIs = (text: string): string => text;

export const PLAIN: Paint = { heading: asIs, quiet: asIs, bad: asIs, late: asIs, chosen: asIs };
const COLORED: Paint = {
  heading: around(1, 22),
  quiet: around(2, 22),
  bad: around(31, 39),
  late: around(33, 39),
  chosen: around(7, 27),
};

/** Colour on a terminal only; NO_COLOR and TERM=dumb switch it off, FORCE_COLOR on (no-color.org). */
export function choosePaint(
  output: { readonly isTTY?: boolean | undefined },
  env: Readonly<Record<string, string | undefined>>,
): Paint {
  if (env["NO_COLOR"]) return PLAIN;
  if (env["FORCE_COLOR"] && env["FORCE_COLOR"] !== "0") return COLORED;
  return output.isTTY === true && env["TERM"] !== "dumb" ? COLORED : PLAIN;
}
