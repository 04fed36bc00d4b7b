import type { Mutation } from "./mutation.ts";

/** Its 200th character is an emoji, which a cut by UTF-16 units halves. */
const EMOJI_PAGE = `<html>${"x".repeat(193)}😀 Bad gateway</html>`;
const NUL_PAGE = "<html>broken\0page</html>";

const answers = (
  name: string,
  status: number,
  headers: Readonly<Record<string, string>> = {},
  body = `{"detail":"${name}"}`,
): Mutation => ({
  name,
  spoil: () => ({
    status,
    headers: { "content-type": body.startsWith("<") ? "text/html" : "application/json", ...headers },
    body: Buffer.from(body),
    ending: "end",
  }),
});

const RETRY_AFTERS = {
  "0": "0",
  "-1": "-1",
  "20 digits": "99999999999999999999",
  "1e20": "1e20",
  "3,000 years": "99999999999",
  "a date long past": "Wed, 21 Oct 2015 07:28:00 GMT",
  "a date far ahead": "Fri, 31 Dec 9999 23:59:59 GMT",
  "a fraction": "1.5",
  "no time": "soon",
  nothing: "",
} as const;

/** Answers whose status says that there is nothing to be had. */
export const statusMutations: readonly Mutation[] = [
  answers("204", 204, {}, ""),
  answers("301 to itself", 301, { location: "/api/i1/orders/updates" }),
  answers("302 to the metadata of a cloud", 302, { location: "http://169.254.169.254/latest/meta-data/" }),
  answers("304 unasked", 304, {}, ""),
  answers("400", 400),
  answers("401", 401),
  answers("403", 403),
  answers("404 page", 404, {}, "<html>Not found</html>"),
  answers("409", 409),
  answers("410", 410),
  answers("500 with a NUL", 500, {}, NUL_PAGE),
  answers("502 with an emoji at the cut", 502, {}, EMOJI_PAGE),
  answers("503", 503),
  answers("504 empty", 504, {}, ""),
  answers("200 with an emoji at the cut", 200, { "content-type": "application/json" }, EMOJI_PAGE),
  answers("a login page with 200", 200, {}, "<html><form>log in</form></html>"),
  answers("400 of 2 MB", 400, {}, `<html>${"no ".repeat(700_000)}</html>`),
  ...Object.entries(RETRY_AFTERS).flatMap(([name, value]) => [
    answers(`429, retry after ${name}`, 429, { "retry-after": value }),
    answers(`503, retry after ${name}`, 503, { "retry-after": value }),
  ]),
];
