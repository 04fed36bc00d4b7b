import { checkCharacterOf, type CheckScheme, GS1 } from "./check-digits.ts";

interface NumberForm {
  readonly name: string;
  /** Carriers whose numbers of this shape are these; null: whoever gives it. */
  readonly carrier: string | null;
  /** The groups `serial` and `check`. */
  readonly shape: RegExp;
  readonly scheme: CheckScheme;
}

/** Forms of which we know how they are checked. Others are taken as they come. */
const FORMS: readonly NumberForm[] = [
  { name: "S10", carrier: null, shape: /^[A-Z]{2}(?<serial>\d{8})(?<check>\d)[A-Z]{2}$/, scheme: { kind: "s10" } },
  { name: "SSCC", carrier: null, shape: /^(?<serial>\d{17})(?<check>\d)$/, scheme: GS1 },
  {
    name: "UPS",
    carrier: "ups",
    shape: /^1Z(?<serial>[0-9A-Z]{15})(?<check>\d)$/,
    scheme: { kind: "mod10", even: 1, odd: 2, fromRight: false },
  },
  { name: "DHL Express", carrier: "dhl", shape: /^(?<serial>\d{9,10})(?<check>\d)$/, scheme: { kind: "mod7" } },
  { name: "DPD", carrier: "dpd", shape: /^(?<serial>\d{14}|\d{27})(?<check>[0-9A-Z])$/, scheme: { kind: "mod37-36" } },
  {
    name: "FedEx Express",
    carrier: "fedex",
    shape: /^(?<serial>\d{11})(?<check>\d)$/,
    scheme: { kind: "weighted", weights: [3, 1, 7], modulo: 11 },
  },
];

/** Null where a parcel's number is right, or of a form that is not checked here; else what is wrong with it. */
export function findNumberFault(carrier: string, number: string): string | null {
  for (const form of FORMS) {
    if (form.carrier !== null && !carrier.toLowerCase().startsWith(form.carrier)) continue;
    const { serial, check } = form.shape.exec(number)?.groups ?? {};
    if (serial === undefined) continue;
    const expected = checkCharacterOf(form.scheme, serial);
    return expected === check
      ? null
      : `the ${form.name} number ${number} has the check digit ${check}, expected ${expected}`;
  }
  return null;
}

/** Eighteen digits: what goes on a GS1 logistic label. */
export const isSsccLike = (number: string): boolean => /^\d{18}$/.test(number);
