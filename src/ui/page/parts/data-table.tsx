// A table of a few hundred rows at most. Numbers stand to the right; it scrolls inside itself where it is wider than its place.

import type { ComponentChildren, JSX } from 'preact';

/** A column of such a table. */
interface Column<Item> {
  readonly header: string;
  readonly cell: (item: Item) => ComponentChildren;
  /** Text unless said. */
  readonly kind?: 'number' | 'code' | 'prose';
}

/** The first column names the row. */
export function DataTable<Item>({
  caption,
  columns,
  items,
  isHidden = false,
}: {
  readonly caption: string;
  readonly columns: readonly Column<Item>[];
  readonly items: readonly Item[];
  /** The caption is for those who do not see the page. */
  readonly isHidden?: boolean;
}): JSX.Element {
  return (
    <div class="scroll" role="region" tabIndex={0} aria-label={caption}>
      <table>
        <caption class={isHidden ? 'aside' : ''}>{caption}</caption>
        <thead>
          <tr>
            {columns.map(({ header, kind }) => (
              <th scope="col" class={kind ?? ''}>
                {header}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {items.map((item) => (
            <tr>
              {columns.map(({ cell, kind }, at) =>
                at === 0 ? (
                  <th scope="row" class={kind ?? ''}>
                    {cell(item)}
                  </th>
                ) : (
                  <td class={kind ?? ''}>{cell(item)}</td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
