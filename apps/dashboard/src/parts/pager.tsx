import { Button } from "@mantine/core";
import IconChevronLeft from "@tabler/icons-react/icons/IconChevronLeft";
import IconChevronRight from "@tabler/icons-react/icons/IconChevronRight";
import { useRef } from "react";

interface PagerProps {
  /** The cursor of the page that is shown, from the URL. */
  readonly cursor: string | undefined;
  /** Of the page after it, as the api said; null on the last one. */
  readonly nextCursor: string | null | undefined;
  readonly onCursor: (cursor: string | undefined) => void;
}

/** Older and newer, by position and not by number: rows that come in meanwhile shift nothing. */
export function Pager({ cursor, nextCursor, onCursor }: PagerProps) {
  const trail = useRef<(string | undefined)[]>([]);
  if (cursor === undefined) trail.current = [];
  if (cursor === undefined && !nextCursor) return null;
  return (
    <nav className="pager" aria-label="Pages">
      <Button
        size="compact-sm"
        variant="default"
        disabled={cursor === undefined}
        leftSection={<IconChevronLeft size={14} aria-hidden />}
        onClick={() => onCursor(trail.current.pop())}
      >
        {trail.current.length > 0 || cursor === undefined ? "Newer" : "Newest"}
      </Button>
      <Button
        size="compact-sm"
        variant="default"
        disabled={!nextCursor}
        rightSection={<IconChevronRight size={14} aria-hidden />}
        onClick={() => {
          if (!nextCursor) return;
          trail.current.push(cursor);
          onCursor(nextCursor);
        }}
      >
        Older
      </Button>
    </nav>
  );
}
