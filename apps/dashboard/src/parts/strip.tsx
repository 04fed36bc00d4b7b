import { type KeyboardEvent, memo, type ReactNode, useState } from "react";

import { describeCell, shapeOf, type StripCell, toneOf } from "./strip-cells.ts";
import { useZone } from "./time-text.tsx";

interface StripProps<Cell extends StripCell> {
  /** Oldest first; 96 of 15 minutes are a day. */
  readonly cells: readonly Cell[];
  /** Whose day it is, for readers of the screen. */
  readonly label: string;
  readonly zone?: string | null | undefined;
  /** Enter or a click on a cell, such as to its runs. */
  readonly onOpen?: ((cell: Cell) => void) | undefined;
  /** A cell in words, where there is more to say than its counts. */
  readonly describe?: (cell: Cell, zone: string) => string;
}

const STEP = 4;
const BAR = 3;
const HEIGHT = 20;
const NOTCH = 3;

/** A day in one line: form and colour of each quarter say the worst of it, hover and arrow keys say it in words. */
export const Strip = memo(function Strip<Cell extends StripCell>(props: StripProps<Cell>) {
  const { cells, label, zone, onOpen, describe = describeCell } = props;
  const shownIn = useZone(zone);
  const [at, setAt] = useState<number | null>(null);
  const cell = at === null ? undefined : cells[at];
  const move = (event: KeyboardEvent) => {
    const by = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (by === 0 && event.key !== "Enter") return;
    event.preventDefault();
    event.stopPropagation();
    if (by === 0) return cell && onOpen?.(cell);
    setAt(Math.max(0, Math.min(cells.length - 1, (at ?? cells.length) + by)));
  };
  return (
    <span className="strip">
      <svg
        role="slider"
        tabIndex={0}
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={Math.max(0, cells.length - 1)}
        aria-valuenow={at ?? Math.max(0, cells.length - 1)}
        aria-valuetext={cell === undefined ? `${cells.length} cells; arrow keys read them` : describe(cell, shownIn)}
        viewBox={`0 0 ${cells.length * STEP} ${HEIGHT}`}
        preserveAspectRatio="none"
        onKeyDown={move}
        onBlur={() => setAt(null)}
        onMouseMove={({ currentTarget, clientX }) => {
          const { left, width } = currentTarget.getBoundingClientRect();
          setAt(Math.min(cells.length - 1, Math.floor(((clientX - left) / width) * cells.length)));
        }}
        onMouseLeave={() => setAt(null)}
        onClick={() => cell && onOpen?.(cell)}
      >
        <line className="strip-base" x1={0} x2={cells.length * STEP} y1={HEIGHT - 0.5} y2={HEIGHT - 0.5} />
        {cells.map((each, index) => (
          <Bar key={each.at} cell={each} x={index * STEP} isAt={index === at} />
        ))}
      </svg>
      {cell !== undefined && (
        <span className="strip-words" role="presentation">
          {describe(cell, shownIn)}
        </span>
      )}
    </span>
  );
}) as <Cell extends StripCell>(props: StripProps<Cell>) => ReactNode;

function Bar({ cell, x, isAt }: { cell: StripCell; x: number; isAt: boolean }) {
  const tone = toneOf(cell);
  if (tone === null) return isAt ? <rect className="strip-at" x={x} y={0} width={BAR} height={HEIGHT} /> : null;
  const { height, notch, hollow } = shapeOf(tone);
  const px = Math.max(2, Math.round(height * (HEIGHT - 1)));
  const y = HEIGHT - 1 - px;
  const late = (cell.worstLateMs ?? 0) > 0 && !notch && !hollow;
  return (
    <g data-tone={tone} data-at={isAt || undefined}>
      {hollow ? (
        <rect className="strip-hollow" x={x + 0.5} y={y + 0.5} width={BAR - 1} height={px - 1} />
      ) : (
        <rect x={x} y={y} width={BAR} height={px} />
      )}
      {notch && <path className="strip-notch" d={`M${x} ${y}h${BAR}l-${BAR / 2} ${NOTCH}z`} />}
      {late && <rect className="strip-cap" x={x} y={Math.max(0, y - 3)} width={BAR} height={3} />}
    </g>
  );
}
