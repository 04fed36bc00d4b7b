import { Button, PasswordInput, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { type FormEvent, useEffect, useState } from "react";

import { addressOf } from "../../client/address.ts";
import { api, dataOf } from "../../client/api.ts";
import { signIn, signInByLink, signInByToken } from "../../client/session.ts";

/** By name and password, by a link that is good for once (`#link=`), at a provider, or with a token of the api for this tab. */
export function SignInPage() {
  const [problem, setProblem] = useState<string | null>(null);
  const [isBusy, setIsBusy] = useState(readSecret() !== null);
  const [way, setWay] = useState<"password" | "token">("password");
  const enter = useEntering();
  const { provider, failure } = useProvider();

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
        {(problem ?? failure) !== null && (
          <p className="form-problem" role="alert">
            {problem ?? failure}
          </p>
        )}
        <Button type="submit" size="sm" loading={isBusy} fullWidth>
          Sign in
        </Button>
        {provider !== null && (
          <Button component="a" href={provider.url} variant="default" size="sm" fullWidth>
            {provider.label}
          </Button>
        )}
        <Button variant="subtle" size="compact-sm" onClick={() => setWay(way === "token" ? "password" : "token")}>
          {way === "token" ? "With name and password" : "With a token of the api"}
        </Button>
      </form>
    </main>
  );
}

/** Where else to sign in, if anywhere, and why it came to nothing there. */
function useProvider() {
  const { to, failed } = useSearch({ from: "/sign-in" });
  const { data } = useQuery({
    queryKey: ["sign-in-options", failed],
    queryFn: () => dataOf(api.GET("/api/v1/session/options", { params: { query: { failed } } })),
    staleTime: 60_000,
  });
  const provider = data?.provider ?? null;
  const search = to === undefined ? "" : `?${new URLSearchParams({ to }).toString()}`;
  return {
    provider: provider === null ? null : { label: provider.label, url: provider.url + search },
    failure: data?.failure ?? null,
  };
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
