import type { HttpClient, UnusableAnswer } from "@drumline/outbound/http";
import { issuesOf } from "@drumline/outbound/records";
import type { z } from "zod";

/** Reads what a provider answered; the errors name the call. */
export interface AnswerReader {
  /** What the answer says. Throws `UnusableAnswer` naming the fields of one of another shape. */
  read<Schema extends z.ZodType>(
    schema: Schema,
    answer: unknown,
    method: "GET" | "POST" | "DELETE",
    path: string,
  ): z.output<Schema>;
  /** The payments or disputes of a list; one of no use is told to `passOver`, or ends the list where nobody wants to hear of it. */
  readEach<Schema extends z.ZodType>(
    schema: Schema,
    records: readonly unknown[],
    { path, what, passOver }: Listed,
  ): z.output<Schema>[];
}

interface Listed {
  readonly path: string;
  readonly what: "payment" | "dispute";
  readonly passOver: ((problem: UnusableAnswer) => void) | undefined;
}

export function createAnswerReader(client: Pick<HttpClient, "unusable">): AnswerReader {
  return {
    read: (schema, answer, method, path) => {
      const parsed = schema.safeParse(answer);
      if (parsed.success) return parsed.data;
      const problem = `answered JSON that cannot be used: ${issuesOf(parsed.error)}. Nothing of it was taken over.`;
      throw client.unusable(method, path, problem);
    },
    readEach: (schema, records, { path, what, passOver = throwIt }) =>
      records.flatMap((record) => {
        const parsed = schema.safeParse(record);
        if (parsed.success) return [parsed.data];
        passOver(client.unusable("GET", path, `lists a ${what} of no use: ${issuesOf(parsed.error)}.`));
        return [];
      }),
  };
}

function throwIt(problem: UnusableAnswer): never {
  throw problem;
}
