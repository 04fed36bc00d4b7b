import { describe, expect, it } from "@jest/globals";

import { createPasswords, findPasswordProblem, TooManyHashes } from "./passwords.ts";

describe("passwords", () => {
  it("are right for their own hash alone, however their letters are composed", async () => {
    const passwords = createPasswords();
    const hash = await passwords.hash("a ca\u0301fe by the quay");
    expect(hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(await passwords.isRight(hash, "a c\u00e1fe by the quay")).toBe(true);
    expect(await passwords.isRight(hash, "a cafe by the quay")).toBe(false);
    expect(await passwords.isRight(null, "a c\u00e1fe by the quay")).toBe(false);
  });

  it("are refused beyond a hundred that wait, and looked at again once there is room", async () => {
    const passwords = createPasswords();
    const asked = Array.from({ length: 120 }, () => passwords.isRight(null, "x"));
    const answers = await Promise.allSettled(asked);
    const refused = answers.flatMap((answer) => (answer.status === "rejected" ? [answer.reason as unknown] : []));
    expect(refused).toHaveLength(120 - 100 - 4);
    expect(refused[0]).toBeInstanceOf(TooManyHashes);
    expect(await passwords.isRight(null, "x")).toBe(false);
  });

  it.each([
    ["seven gulls over the quay", null],
    ["x".repeat(11), "12 to 200 characters; this one has 11"],
    ["\u{1f426}\u{1f427}\u{1f428}\u{1f429}\u{1f42a}\u{1f42b}", "this one has 6"],
    ["abababababab", "more than four different"],
    ["I am ADA, let me in", "does not contain its user's name"],
  ])("such as %j: %j", (password, problem) => {
    const found = findPasswordProblem(password, "ada");
    if (problem === null) expect(found).toBeNull();
    else expect(found).toContain(problem);
  });
});
