interface MoneyProps {
  /** As the api sends it: text, since a number in JSON loses digits in a browser. */
  readonly amount: string | number;
  readonly currency: string;
}

/** An amount of money with its currency, `€1,234.50`. */
export function Money({ amount, currency }: MoneyProps) {
  return <span className="nowrap">{toMoney(amount, currency)}</span>;
}

function toMoney(amount: string | number, currency: string): string {
  try {
    const format = new Intl.NumberFormat("en-GB", { style: "currency", currency });
    // A string keeps its digits; a number of the api is exact already.
    return format.format(amount as Intl.StringNumericLiteral);
  } catch {
    // A currency that nobody knows is shown as it came.
    return `${amount} ${currency}`;
  }
}
