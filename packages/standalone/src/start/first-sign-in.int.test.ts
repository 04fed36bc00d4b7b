import { systemClock } from "@drumline/core/clock";
import { createPasswords, createToken, loadUser, updateUser } from "@drumline/engine";
import { testDatabase, type TestDatabase } from "@drumline/testing";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";

import { createFirstSignIn } from "./first-sign-in.ts";

describe("the link that a start prints", () => {
  let stores: TestDatabase;
  beforeEach(async () => void (stores = await testDatabase()));
  afterEach(() => stores.close());

  const begin = (isRepeated = false) => createFirstSignIn(stores.db, systemClock, { isRepeated });

  it("is of an admin whom the first start makes, and is not printed into a log again", async () => {
    expect(await begin()).toMatchObject({ name: "admin", token: expect.stringMatching(/^[\w-]{43}$/) });
    expect(await loadUser(stores.db, "admin")).toMatchObject({ role: "admin", hasPassword: false });
    expect(await begin()).toBeNull();
    expect(await begin(true)).toMatchObject({ name: "admin" });
    expect(await stores.db.apiUser.count()).toBe(1);
  });

  it("is of somebody else where a token is called admin, and of nobody where no admin may sign in", async () => {
    await createToken(stores.db, "admin", "viewer");
    expect(await begin()).toMatchObject({ name: "admin-2" });
    const { id } = (await loadUser(stores.db, "admin-2"))!;
    const context = { db: stores.db, passwords: createPasswords(), now: new Date(), by: "test", remoteAddr: null };
    await updateUser(context, id, { disabled: true });
    expect(await begin(true)).toBeNull();
  });
});
