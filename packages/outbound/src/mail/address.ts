/**
 * One plain address (RFC 5321's dot-string, no quoting, no comments): what a person's account holds, and nothing that
 * could become a second recipient or a header.
 */
export function isMailAddress(value: string): boolean {
  return (
    value.length <= 254 &&
    /^[^\s@<>()[\]\\,;:"\p{Cc}]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?$/u.test(value)
  );
}
