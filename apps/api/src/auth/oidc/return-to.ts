/** Where somebody goes after signing in: a path of the dashboard, whatever was asked for. */
export function toReturnPath(wanted: string | undefined): string {
  if (wanted?.startsWith("/") !== true || !URL.canParse(wanted, NOWHERE)) return "/";
  const { origin, pathname, search } = new URL(wanted, NOWHERE);
  // Two slashes, or what a browser takes for them, would begin the name of a host.
  return origin === NOWHERE && !pathname.startsWith("//") ? pathname + search : "/";
}

const NOWHERE = "http://nowhere.invalid";
