import type { Dice } from "../../dice.ts";

/** What the sandbox answered. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** How the connection goes on once headers and body are written; `end` is how it should. */
export type Ending = "end" | "cut" | "reset" | "hang" | "drip" | "endless" | "nothing";

export interface HostileAnswer extends Answer {
  readonly ending: Ending;
}

/** One way in which an outside system can be wrong. */
export interface Mutation {
  readonly name: string;
  /** Null where there is nothing in the answer that it could spoil: it goes out as it is. */
  spoil(answer: Answer, dice: Dice): HostileAnswer | null;
}

export const isJson = ({ headers }: Answer): boolean => /json/.test(headers["content-type"] ?? "");

/** The same answer with another body. */
export const withBody = ({ status, headers }: Answer, body: string | Buffer): HostileAnswer => ({
  status,
  headers,
  body: Buffer.isBuffer(body) ? body : Buffer.from(body),
  ending: "end",
});
