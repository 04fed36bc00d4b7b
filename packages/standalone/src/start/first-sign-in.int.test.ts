import { systemClock } from "@drumline/core/clock";
import { createPasswords, createToken, loadUser, updateUser } from "@drumline/engine";
import { testDatabase, type TestDatabase } from "@drumline/testing";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";

import { createFirstSignIn } from "./first-sign-in.ts";

describe("the link that a start prints", () => {
  let database: TestDatabase;
  beforeEach(async () => void (database = await testDatabase()));
  afterEach(() => database.close());

  const begin = (isRepeated = false) => createFirstSignIn(database.db, systemClock, { isRepeated });

  it("is of an admin whom the first start makes, and is not printed into a log again", async () => {
    expect(await begin()).toMatchObject({ name: "admin", token: expect.stringMatching(/^[\w-]{43}$/) });
    expect(await loadUser(database.db, "admin")).toMatchObject({ role: "admin", hasPassword: false });
    expect(await begin()).toBeNull();
    expect(await begin(true)).toMatchObject({ name: "admin" });
    expect(await database.db.apiUser.count()).toBe(1);
  });

  it("is of somebody else where a token is called admin, and of nobody where no admin may sign in", async () => {
    await createToken(database.db, "admin", "viewer");
    expect(await begin()).toMatchObject({ name: "admin-2" });
    const { id } = (await loadUser(database.db, "admin-2"))!;
    const context = { db: database.db, passwords: createPasswords(), now: new Date(), by: "test", remoteAddr: null };
    await updateUser(context, id, { disabled: true });
    expect(await begin(true)).toBeNull();
  });
});
