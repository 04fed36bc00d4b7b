import { Navigate, useRouterState } from "@tanstack/react-router";

/** To the sign-in page with the secret of a link, if there is one, and back to where the person wanted to go. */
export function SignInFirst() {
  const { pathname, searchStr, hash } = useRouterState({ select: ({ location }) => location });
  const wanted = pathname + searchStr;
  return <Navigate to="/sign-in" search={wanted === "/" ? {} : { to: wanted }} hash={hash} replace />;
}

/** A link that signs in is followed whoever is signed in already. */
export const holdsSecret = (hash: string): boolean => /^(link|token)=/.test(hash);
