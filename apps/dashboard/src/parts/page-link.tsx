import { Link, useRouter } from "@tanstack/react-router";
import type { ReactNode } from "react";

interface PageLinkProps {
  /** The path of a page as its route has it, `/runs/$id`. */
  readonly to: string;
  readonly params?: Readonly<Record<string, string>> | undefined;
  readonly search?: Readonly<Record<string, string | undefined>> | undefined;
  readonly className?: string | undefined;
  readonly children: ReactNode;
}

/** A link to a page of another area; where this dashboard has no such page, the words alone. */
export function PageLink({ to, params, search, className, children }: PageLinkProps) {
  const { routesByPath } = useRouter();
  if (!(to in routesByPath)) return <span className={className}>{children}</span>;
  return (
    <Link to={to as never} params={params as never} search={(search ?? {}) as never} className={className}>
      {children}
    </Link>
  );
}
