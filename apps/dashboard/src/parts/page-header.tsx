import { type ReactNode, useEffect } from "react";

interface PageHeaderProps {
  readonly title: string;
  /** Where several pages have one title, what the tab says. */
  readonly tab?: string;
  /** Beside the title, such as a status. */
  readonly beside?: ReactNode;
  /** To the right: what can be done here. */
  readonly actions?: ReactNode;
  /** A line below. */
  readonly children?: ReactNode;
}

/** The head of a page, which also names the tab. */
export function PageHeader({ title, tab, beside, actions, children }: PageHeaderProps) {
  useEffect(() => {
    document.title = `${tab ?? title} · Drumline`;
  }, [tab, title]);
  return (
    <header className="page-header">
      <div className="page-title">
        <h1>{title}</h1>
        {beside}
        <div className="page-actions">{actions}</div>
      </div>
      {children !== undefined && <div className="meta">{children}</div>}
    </header>
  );
}
