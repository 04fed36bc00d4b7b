import { fetchFromApi } from "./api.ts";
import { addressOf } from "./address.ts";
import { forgetEverything } from "./queries.ts";
import { keepToken, readToken } from "./token.ts";

const JSON_TYPE = { "content-type": "application/json" };

/** @throws {RequestFailed} with what the server says, the same for a wrong name and a wrong password */
export async function signIn(name: string, password: string): Promise<void> {
  await fetchFromApi("api/v1/session", {
    method: "POST",
    headers: JSON_TYPE,
    body: JSON.stringify({ name, password }),
  });
  await forgetEverything();
}

/** Spends a link that is good for once. @throws {RequestFailed} where it was used or is too old */
export async function signInByLink(token: string): Promise<void> {
  await fetchFromApi("api/v1/session/link", { method: "POST", headers: JSON_TYPE, body: JSON.stringify({ token }) });
  await forgetEverything();
}

/** With a token of the api, for this tab. @throws {RequestFailed} where it is unknown */
export async function signInByToken(token: string): Promise<void> {
  keepToken(token);
  try {
    await fetchFromApi("api/v1/me");
  } catch (error) {
    keepToken(null);
    throw error;
  }
  await forgetEverything();
}

export async function signOut(): Promise<void> {
  if (readToken() === null) await fetchFromApi("api/v1/session", { method: "DELETE" });
  keepToken(null);
  await forgetEverything();
  location.assign(addressOf("sign-in"));
}
