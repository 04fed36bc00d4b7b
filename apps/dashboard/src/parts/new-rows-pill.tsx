interface NewRowsPillProps {
  readonly count: number;
  readonly onShow: () => void;
}

/** `12 new`, above a list that keeps its place. */
export function NewRowsPill({ count, onShow }: NewRowsPillProps) {
  if (count === 0) return null;
  return (
    <button type="button" className="new-pill" onClick={onShow}>
      {count} new
    </button>
  );
}
