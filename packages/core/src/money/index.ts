export { minorDigitsOf, parseMinorUnits, toMinorUnits } from "./money.ts";
