import { Button, PasswordInput, TextInput } from "@mantine/core";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { type FormEvent, useEffect, useState } from "react";

import { addressOf } from "../../client/address.ts";
import { signIn, signInByLink, signInByToken } from "../../client/session.ts";

/** By name and password, by a link that is good for once (`#link=`), or with a token of the api for this tab. */
export function SignInPage() {
  const [problem, setProblem] = useState<string | null>(null);
  const [isBusy, setIsBusy] = useState(readSecret() !== null);
  const [way, setWay] = useState<"password" | "token">("password");
  const enter = useEntering();

  const attempt = async (sign: () => Promise<void>) => {
    setIsBusy(true);
    setProblem(null);
    try {
      await sign();
      await enter();
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
      setIsBusy(false);
    }
  };

  useEffect(() => {
    document.title = "Sign in · Drumline";
    const secret = takeSecret();
    if (secret?.kind === "link") void attempt(() => signInByLink(secret.value));
    if (secret?.kind === "token") void attempt(() => signInByToken(secret.value));
    // Once, with what the address held when the page was opened.
  }, []);

  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const given = new FormData(event.currentTarget);
    const field = (name: string) => given.get(name) as string;
    void attempt(() => (way === "token" ? signInByToken(field("token")) : signIn(field("name"), field("password"))));
  };

  return (
    <main className="sign-in">
      <form className="panel sign-in-form" onSubmit={submit}>
        <div className="shell-brand">
          <img src={addressOf("favicon.svg")} alt="" />
          Drumline
        </div>
        <h1>Sign in</h1>
        {way === "password" ? (
          <>
            <TextInput name="name" label="Name" autoComplete="username" required size="sm" autoFocus />
            <PasswordInput name="password" label="Password" autoComplete="current-password" required size="sm" />
          </>
        ) : (
          <PasswordInput
            name="token"
            label="Token"
            description="Kept for this tab only. drumline token create makes one."
            autoComplete="off"
            required
            size="sm"
            autoFocus
          />
        )}
        {problem !== null && (
          <p className="form-problem" role="alert">
            {problem}
          </p>
        )}
        <Button type="submit" size="sm" loading={isBusy} fullWidth>
          Sign in
        </Button>
        <Button variant="subtle" size="compact-sm" onClick={() => setWay(way === "token" ? "password" : "token")}>
          {way === "token" ? "With name and password" : "With a token of the api"}
        </Button>
      </form>
    </main>
  );
}

/** To where the person wanted to go, if that is a page of ours. */
function useEntering() {
  const navigate = useNavigate();
  const { to } = useSearch({ from: "/sign-in" });
  return () => navigate({ href: to?.startsWith("/") === true && !to.startsWith("//") ? to : "/", replace: true });
}

interface Secret {
  readonly kind: "link" | "token";
  readonly value: string;
}

function readSecret(): Secret | null {
  const [, kind, value] = /^#(link|token)=(.+)$/.exec(location.hash) ?? [];
  return value === undefined ? null : { kind: kind as Secret["kind"], value: decodeURIComponent(value) };
}

/** Read once and taken out of the address: it must not stay in the history. */
function takeSecret(): Secret | null {
  const secret = readSecret();
  if (secret !== null) history.replaceState(history.state, "", location.pathname + location.search);
  return secret;
}
