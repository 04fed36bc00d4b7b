import { Link } from "@tanstack/react-router";

import { Empty, ErrorState } from "../parts/states.tsx";

export function NotFound() {
  return (
    <Empty title="There is no such page" action={<Link to="/">To the overview</Link>}>
      The address may be of an older version, or was cut off.
    </Empty>
  );
}

/** A page that broke; the rest of the dashboard goes on. */
export function PageFailed({ error, reset }: { readonly error: unknown; readonly reset: () => void }) {
  return <ErrorState what="This page" error={error} onRetry={reset} />;
}
