// A chart's drawing on the page, and what the pointer does there.

import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { drawChart, heightOf, type Drawable } from '../../charts/draw-chart.js';
import { keepDrawn } from '../../charts/keep-drawn.js';
import type { Drawing } from '../../charts/plot-parts.js';

/** The drawing, as wide as its place. */
export function Picture({
  place,
  picture,
  hidden,
  onPick,
  onDays,
}: {
  readonly place: { readonly current: HTMLDivElement | null };
  readonly picture: Drawable;
  readonly hidden: ReadonlySet<string>;
  readonly onPick: (drawing: Drawing) => void;
  readonly onDays?: (from: string, to: string) => void;
}): JSX.Element {
  const latest = useRef({ onPick, onDays });
  latest.current = { onPick, onDays };
  useEffect(() => {
    const within = place.current;
    if (within === null) return;
    return keepDrawn(within, {
      heightAt: (width) => heightOf(picture, width),
      draw: (size) => {
        const drawing = drawChart(picture, size, hidden);
        drawing.setAttribute('aria-hidden', 'true');
        followPointer(drawing, latest);
        return drawing;
      },
    });
  }, [picture, hidden]);
  return (
    <div
      class={`plot${onDays === undefined ? '' : ' brushes'}`}
      ref={place as { current: HTMLDivElement | null }}
      role="img"
      aria-label={`${picture.title}: a chart. Its numbers, with a link for each, are behind “Numbers”.`}
    />
  );
}

/** Pixels from which a press is a drag. */
const DRAG = 6;

/** A press leads to what the pointer is at; a drag along the time axis chooses days. */
function followPointer(
  drawing: Drawing,
  latest: {
    readonly current: {
      readonly onPick: (drawing: Drawing) => void;
      readonly onDays: ((from: string, to: string) => void) | undefined;
    };
  },
): void {
  let from: number | undefined;
  const veil = document.createElementNS('http://www.w3.org/2000/svg', 'rect');
  veil.setAttribute('class', 'veil');
  const xOf = (event: Event): number =>
    (event as PointerEvent).clientX - drawing.getBoundingClientRect().left;
  // Before the plotting library hears of it, which lets nobody else.
  const first = { capture: true };
  drawing.addEventListener('pointerdown', (event) => (from = xOf(event)), first);
  drawing.addEventListener('pointermove', (event) => {
    if (from === undefined || latest.current.onDays === undefined || Math.abs(xOf(event) - from) < DRAG)
      return;
    const to = xOf(event);
    for (const [name, value] of Object.entries({
      x: Math.min(from, to),
      y: 0,
      width: Math.abs(to - from),
      height: drawing.getBoundingClientRect().height,
    }))
      veil.setAttribute(name, String(value));
    drawing.append(veil);
  });
  drawing.addEventListener('pointerup', (event) => {
    const end = xOf(event);
    const start = from ?? end;
    from = undefined;
    veil.remove();
    const { onPick, onDays } = latest.current;
    if (Math.abs(end - start) < DRAG) return onPick(drawing);
    const scale = drawing.scale('x');
    if (onDays === undefined || scale?.invert === undefined) return;
    const day = (x: number): string => new Date(scale.invert?.(x) as number).toISOString().slice(0, 10);
    onDays(day(Math.min(start, end)), day(Math.max(start, end)));
  });
  drawing.addEventListener('pointerleave', () => {
    from = undefined;
    veil.remove();
  });
}
