// A drawing that fills its place, and again when the place changes. The place is as high as the drawing has to be; where its
// neighbour makes it higher, the drawing is higher too, so that no half of a row stays empty.

import type { Drawing, Size } from './plot-parts.js';

/** What is drawn. */
interface Drawn {
  /** The least height at a width. */
  readonly heightAt: (width: number) => number;
  readonly draw: (size: Size) => Drawing;
}

/** Pixels that a drawing is made higher to; a neighbour with its numbers open may be any height. */
const FILLED = 480;

/** Draws at once and whenever the size changes, until the function that it gives is called. The style lays the drawing over its place. */
export function keepDrawn(place: HTMLElement, { heightAt, draw }: Drawn): () => void {
  let drawnAt = '';
  const again = (): void => {
    const width = Math.floor(place.clientWidth);
    if (width === 0) return;
    const least = heightAt(width);
    place.style.minHeight = `${least}px`;
    const height = Math.max(least, Math.min(place.clientHeight, FILLED));
    if (drawnAt === `${width} ${height}`) return;
    drawnAt = `${width} ${height}`;
    place.replaceChildren(draw({ width, height }));
  };
  again();
  const resized = new ResizeObserver(() => requestAnimationFrame(again));
  resized.observe(place);
  return () => resized.disconnect();
}
