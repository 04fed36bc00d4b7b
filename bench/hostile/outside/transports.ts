import { gzipSync } from "node:zlib";

import { type Answer, type Ending, type Mutation, withBody } from "./mutation.ts";

const MEGABYTE = 2 ** 20;
/** Members of a gzip file may follow each other: 480 MB in half a megabyte. */
const BOMB = Buffer.concat(Array.from({ length: 60 }, () => gzipSync(Buffer.alloc(8 * MEGABYTE, " "))));

const ends = (name: string, ending: Ending, share = 1): Mutation => ({
  name,
  spoil: (answer) => {
    const body = answer.body.subarray(0, Math.ceil(answer.body.length * share));
    const headers = ending === "cut" ? withLength(answer) : answer.headers;
    return { ...answer, headers, body, ending };
  },
});

const says = (name: string, headers: Readonly<Record<string, string>>, body?: Buffer): Mutation => ({
  name,
  spoil: (answer) => ({
    ...answer,
    headers: { ...answer.headers, ...headers },
    body: body ?? answer.body,
    ending: "end",
  }),
});

const withLength = ({ headers, body }: Answer) => ({ ...headers, "content-length": String(body.length) });

/** Answers whose content is fine, or never arrives. */
export const transportMutations: readonly Mutation[] = [
  ends("reset before it answers", "nothing"),
  ends("reset in the middle", "reset", 0.5),
  ends("truncated", "cut", 0.5),
  {
    name: "half, as if it were all",
    spoil: (answer) => withBody(answer, answer.body.subarray(0, answer.body.length >> 1)),
  },
  ends("silent after the headers", "hang", 0),
  ends("a byte now and then", "drip"),
  ends("endless", "endless"),
  says("a gzip bomb", { "content-encoding": "gzip" }, BOMB),
  says("says gzip and is not", { "content-encoding": "gzip" }),
  says("says br and is not", { "content-encoding": "br" }),
  says("an encoding nobody knows", { "content-encoding": "rot13" }),
  {
    name: "gzip that is cut",
    spoil: (answer) => {
      const packed = gzipSync(answer.body);
      const headers = { ...answer.headers, "content-encoding": "gzip" };
      return { ...answer, headers, body: packed.subarray(0, packed.length >> 1), ending: "end" };
    },
  },
  {
    name: "gzip as it should be",
    spoil: (answer) => ({
      ...answer,
      headers: { ...answer.headers, "content-encoding": "gzip" },
      body: gzipSync(answer.body),
      ending: "end",
    }),
  },
  says("headers of 64 KB", { "x-noise": "n".repeat(64 * 1_024) }),
  says("a date in the year 10000 for a header", { date: "Sat, 01 Jan 10000 00:00:00 GMT", etag: '"\u00ff"' }),
  says("type text/html", { "content-type": "text/html" }),
  says("charset utf-16", { "content-type": "application/json; charset=utf-16" }),
  says("charset nobody knows", { "content-type": "application/json; charset=klingon" }),
  {
    name: "a byte order mark",
    spoil: (answer) => withBody(answer, Buffer.concat([Buffer.from("\uFEFF"), answer.body])),
  },
  { name: "empty", spoil: (answer) => withBody(answer, "") },
  {
    name: "invalid UTF-8",
    spoil: (answer) => {
      const at = answer.body.indexOf('":"') + 3;
      return withBody(
        answer,
        Buffer.concat([answer.body.subarray(0, at), Buffer.from([0xff, 0xfe, 0xc0, 0x80]), answer.body.subarray(at)]),
      );
    },
  },
];
