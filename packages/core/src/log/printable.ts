/** Everything by which a text could steer a terminal or hide what it says: controls of C0 (but tab and newline) and C1, and marks that turn the direction of writing. */
// oxlint-disable-next-line no-control-regex -- they are what is looked for
const UNPRINTABLE = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/**
 * A text that a terminal shows and does not obey. An outside system's words may stand in it: a control becomes its code,
 * `\u001b`, as JSON writes it, so that JSON stays what it was.
 */
export const toPrintable = (text: string): string =>
  text.replaceAll(UNPRINTABLE, (control) => `\\u${control.charCodeAt(0).toString(16).padStart(4, "0")}`);
