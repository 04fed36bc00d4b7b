/** What stands where something of a person is hidden. */
export const HIDDEN = "[hidden]";

/** Names of fields, without case, _ and -, whose value is somebody's, wherever they stand. */
const PERSONAL = new Set(
  [
    "email mail emailaddress recipient recipients username phone phonenumber mobile contact",
    "firstname lastname fullname customername shipto address shippingaddress billingaddress",
    "addressline1 addressline2 street postalcode postcode zip zipcode remoteaddr useragent ip ipaddress",
    // Whatever somebody gave a task, or another system a record: nobody here knows what is in them.
    "args payload",
  ].flatMap((names) => names.split(" ")),
);

const [LONGEST_NAME, LONGEST_DOMAIN] = [64, 190];
const NAME = /[^\s"'<>()[\],;:/=@]+$/u;
const DOMAIN = /^[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+/u;

/**
 * A copy without what is somebody's: the values of fields named for it, whose own fields keep their names, and addresses of
 * mail in any text. Instants, flags and what is null stay.
 */
export function withoutPeople(value: unknown): unknown {
  if (typeof value === "string") return withoutAddresses(value);
  if (Array.isArray(value)) return value.map(withoutPeople);
  if (!isPlain(value)) return value;
  return mapFields(value, (name, field) => (isPersonal(name) ? hide(field) : withoutPeople(field)));
}

function hide(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(hide);
  if (isPlain(value)) return mapFields(value, (_name, field) => hide(field));
  // Where a process listens is nobody's address.
  const isUrl = typeof value === "string" && /^https?:\/\/[^@]*$/.test(value);
  return isUrl || (typeof value !== "string" && typeof value !== "number" && typeof value !== "bigint")
    ? value
    : HIDDEN;
}

const isPersonal = (name: string): boolean => PERSONAL.has(name.toLowerCase().replaceAll(/[_-]/g, ""));

/** An object of fields: no Date, and nothing with a form of its own. */
const isPlain = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && [Object.prototype, null].includes(Object.getPrototypeOf(value));

function mapFields(value: Record<string, unknown>, map: (name: string, field: unknown) => unknown): object {
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, map(name, field)]));
}

/** From one @ to the next: of a long text, only what stands beside them is looked at. */
function withoutAddresses(text: string): string {
  let left = "";
  let from = 0;
  for (let at = text.indexOf("@"); at !== -1; at = text.indexOf("@", at + 1)) {
    const name = NAME.exec(text.slice(Math.max(from, at - LONGEST_NAME), at))?.[0];
    const domain = name === undefined ? undefined : DOMAIN.exec(text.slice(at + 1, at + 1 + LONGEST_DOMAIN))?.[0];
    if (name === undefined || domain === undefined) continue;
    left += text.slice(from, at - name.length) + HIDDEN;
    from = at + 1 + domain.length;
  }
  return left + text.slice(from);
}
