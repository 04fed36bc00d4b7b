import { manualClock } from "@drumline/core/clock";
import { describe, expect, it } from "@jest/globals";

import { keepFor } from "./keep-for.ts";

describe("an answer that is kept", () => {
  const asker = (staleMs = 0) => {
    const clock = manualClock(new Date(1_000_000));
    const asked: { question: string; answer: (value: number) => void; fail: (error: Error) => void }[] = [];
    const ask = keepFor<string, number>(
      clock,
      { freshMs: () => 1_000, staleMs },
      (question) =>
        new Promise((answer, fail) => {
          asked.push({ question, answer, fail });
        }),
    );
    return { clock, asked, ask };
  };

  it("is shared by those who ask while it is found, and while it is fresh", async () => {
    const { clock, asked, ask } = asker();
    const both = [ask("a"), ask("a")];
    asked[0]!.answer(1);
    expect(await Promise.all(both)).toEqual([1, 1]);
    clock.advance(999);
    expect(await ask("a")).toBe(1);
    expect(asked).toHaveLength(1);
    clock.advance(1);
    const next = ask("a");
    asked[1]!.answer(2);
    expect(await next).toBe(2);
  });

  it("is of its own question", () => {
    const { asked, ask } = asker();
    void ask("a");
    void ask("b");
    expect(asked.map(({ question }) => question)).toEqual(["a", "b"]);
  });

  it("does for a while longer, where the next one is being found", async () => {
    const { clock, asked, ask } = asker(5_000);
    const first = ask("a");
    asked[0]!.answer(1);
    await first;
    clock.advance(3_000);
    expect(await ask("a")).toBe(1);
    expect(await ask("a")).toBe(1);
    expect(asked).toHaveLength(2);
    asked[1]!.answer(2);
    await Promise.resolve();
    expect(await ask("a")).toBe(2);
    clock.advance(6_001);
    const late = ask("a");
    asked[2]!.answer(3);
    expect(await late).toBe(3);
  });

  it("is not kept where it is a failure", async () => {
    const { asked, ask } = asker();
    const first = ask("a");
    asked[0]!.fail(new Error("away"));
    await expect(first).rejects.toThrow("away");
    const next = ask("a");
    asked[1]!.answer(2);
    expect(await next).toBe(2);
  });
});
