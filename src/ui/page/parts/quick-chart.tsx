// A result as a picture at once: the first column along, the numbers up.

import type { JSX } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { PageResult } from '../../../lake/look/page-query.js';
import { recordOf } from '../../../lake/look/page-query-record.js';
import { drawn } from '../../../lake/report/charts/draw.js';
import { drawChart, heightOf } from '../../charts/draw-chart.js';
import { keepDrawn } from '../../charts/keep-drawn.js';
import { isNumber } from '../words.js';

/** Nothing where there is nothing to draw: it takes a column to go along, and a number. */
export function QuickChart({ result }: { readonly result: PageResult }): JSX.Element | null {
  const [isOpen, setOpen] = useState(false);
  const [first, ...others] = result.columns;
  const numbers = others.filter(({ type }) => isNumber(type)).slice(0, 4);
  if (first === undefined || numbers.length === 0 || result.rows.length < 2) return null;
  return (
    <>
      <button type="button" aria-pressed={isOpen} onClick={() => setOpen(!isOpen)}>
        Chart
      </button>
      {isOpen && (
        <Drawn
          result={result}
          x={first.name}
          y={numbers.map(({ name }) => name)}
          isDay={first.type === 'DATE'}
        />
      )}
    </>
  );
}

function Drawn({
  result,
  x,
  y,
  isDay,
}: {
  readonly result: PageResult;
  readonly x: string;
  readonly y: readonly string[];
  readonly isDay: boolean;
}): JSX.Element {
  const place = useRef<HTMLDivElement>(null);
  const picture = useMemo(() => {
    const rows = result.rows.map((row) => recordOf(result.columns, row));
    const sorted = isDay ? rows.toSorted((a, b) => (String(a[x]) < String(b[x]) ? -1 : 1)) : rows;
    return drawn(
      { kind: isDay ? 'line' : 'bar', title: 'Result', table: 'result.rows', x, y },
      { columns: result.columns, rows: sorted },
      0,
    );
  }, [result]);
  useEffect(() => {
    if (place.current === null || picture === undefined || picture.kind === 'table') return;
    return keepDrawn(place.current, {
      heightAt: (width) => heightOf(picture, width),
      draw: (size) => drawChart(picture, size),
    });
  }, [picture]);
  return <div class="plot" ref={place} role="img" aria-label={`A chart of ${y.join(', ')} by ${x}`} />;
}
