/** How a number's last character follows from those before it. */
export type CheckScheme =
  | { readonly kind: "s10" }
  /** Digits are weighed in turn; `fromRight` begins at the last one. Letters count as UPS counts them. */
  | { readonly kind: "mod10"; readonly even: number; readonly odd: number; readonly fromRight: boolean }
  | { readonly kind: "mod7" }
  | { readonly kind: "luhn" }
  | { readonly kind: "mod37-36" }
  | { readonly kind: "weighted"; readonly weights: readonly number[]; readonly modulo: number };

/** GS1 (SSCC, GTIN): from the right 3, 1, 3 …, up to the next ten. */
export const GS1: CheckScheme = { kind: "mod10", even: 3, odd: 1, fromRight: true };

const S10_WEIGHTS = [8, 6, 4, 2, 3, 5, 9, 7];
const LETTERS_AND_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

/**
 * The check character of a serial. The schemes are those that carriers publish: UPU S10, GS1, UPS (mod 10 over letters), DHL
 * Express (mod 7), DPD (ISO 7064 mod 37,36), FedEx (weights, mod 11). Throws a `RangeError` for a serial that is none of the scheme's.
 */
export function checkCharacterOf(scheme: CheckScheme, serial: string): string {
  if (!(scheme.kind === "mod10" || scheme.kind === "mod37-36" ? /^[0-9A-Z]+$/ : /^\d+$/).test(serial))
    throw new RangeError(`expected a serial of ${scheme.kind}, got "${serial}"`);
  switch (scheme.kind) {
    case "s10":
      return String(s10(serial));
    case "mod10":
      return String(mod10(serial, scheme));
    case "mod7":
      return String(BigInt(serial) % 7n);
    case "luhn":
      return String(luhn(serial));
    case "mod37-36":
      return mod37and36(serial);
    case "weighted":
      return String((weigh(serial, scheme.weights) % scheme.modulo) % 10);
  }
}

/** 11 less the weighted sum modulo 11, where 10 becomes 0 and 11 becomes 5. */
function s10(serial: string): number {
  if (serial.length !== 8) throw new RangeError(`expected the eight digits of an S10 serial, got "${serial}"`);
  const digit = 11 - (weigh(serial, S10_WEIGHTS) % 11);
  return digit === 10 ? 0 : digit === 11 ? 5 : digit;
}

const weigh = (serial: string, weights: readonly number[]): number =>
  Array.from(serial).reduce((sum, digit, index) => sum + Number(digit) * (weights[index % weights.length] ?? 0), 0);

function mod10(serial: string, { even, odd, fromRight }: Extract<CheckScheme, { kind: "mod10" }>): number {
  const characters = fromRight ? Array.from(serial).toReversed() : Array.from(serial);
  const sum = characters.reduce((total, each, index) => total + valueOf(each) * (index % 2 === 0 ? even : odd), 0);
  return (10 - (sum % 10)) % 10;
}

/** UPS counts A as 2, B as 3, and begins again after 9. */
const valueOf = (character: string): number =>
  /\d/.test(character) ? Number(character) : (character.charCodeAt(0) - 3) % 10;

function luhn(serial: string): number {
  const sum = Array.from(serial)
    .toReversed()
    .reduce((total, digit, index) => {
      const doubled = Number(digit) * (index % 2 === 0 ? 2 : 1);
      return total + (doubled > 9 ? doubled - 9 : doubled);
    }, 0);
  return (10 - (sum % 10)) % 10;
}

function mod37and36(serial: string): string {
  const last = Array.from(serial).reduce((carry, character) => {
    const sum = (carry + LETTERS_AND_DIGITS.indexOf(character)) % 36 || 36;
    return (sum * 2) % 37;
  }, 36);
  return LETTERS_AND_DIGITS[(37 - last) % 36]!;
}
