// The editor of SQL: loaded when its page is opened.

import {
  autocompletion,
  closeBrackets,
  completionKeymap,
  type CompletionContext,
  type CompletionResult,
} from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { PostgreSQL, keywordCompletionSource, sql } from '@codemirror/lang-sql';
import { HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { EditorState, StateEffect, StateField } from '@codemirror/state';
import {
  Decoration,
  drawSelection,
  EditorView,
  keymap,
  lineNumbers,
  type DecorationSet,
} from '@codemirror/view';
import { tags } from '@lezer/highlight';

/** An editor in the page. */
export interface Editor {
  text(): string;
  set(text: string): void;
  /** Shows where a statement that begins at `start` is wrong, as far as the engine's message tells. */
  mark(start: number, statement: string, message: string): void;
  close(): void;
}

/** What an editor begins with, and knows. */
interface EditorOptions {
  readonly text: string;
  readonly tables: readonly string[];
  readonly columnsOf: (table: string) => Promise<readonly string[]>;
  readonly onRun: () => void;
}

const setMark = StateEffect.define<{ readonly from: number; readonly to: number } | null>();
const wrong = Decoration.mark({ class: 'wrong' });
const marks = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(found, transaction) {
    let next = transaction.docChanged ? Decoration.none : found;
    for (const effect of transaction.effects)
      if (effect.is(setMark))
        next =
          effect.value === null
            ? Decoration.none
            : Decoration.set([wrong.range(effect.value.from, effect.value.to)]);
    return next;
  },
  provide: (field) => EditorView.decorations.from(field),
});

const colors = HighlightStyle.define([
  { tag: tags.keyword, color: 'var(--c3)' },
  { tag: [tags.string, tags.special(tags.string)], color: 'var(--up-ink)' },
  { tag: [tags.number, tags.bool, tags.null], color: 'var(--accent)' },
  { tag: tags.comment, color: 'var(--muted)' },
]);

/** Functions that people look for; the engine has many more. */
const functions =
  'abs avg any_value ceil coalesce concat contains count date_diff date_part date_trunc epoch_us first floor greatest last least length lower max median min mode nullif quantile_cont regexp_matches replace round split_part stddev strftime string_agg substr sum trim upper'.split(
    ' ',
  );

/** Opens an editor in a place. */
export function openEditor(place: HTMLElement, { text, tables, columnsOf, onRun }: EditorOptions): Editor {
  const view = new EditorView({
    parent: place,
    state: EditorState.create({
      doc: text,
      extensions: [
        lineNumbers(),
        history(),
        drawSelection(),
        closeBrackets(),
        marks,
        EditorView.lineWrapping,
        EditorView.contentAttributes.of({ 'aria-label': 'SQL' }),
        sql({ dialect: PostgreSQL }),
        syntaxHighlighting(colors),
        autocompletion({ override: [completer(tables, columnsOf), keywordCompletionSource(PostgreSQL)] }),
        keymap.of([
          { key: 'Mod-Enter', run: () => (onRun(), true) },
          ...completionKeymap,
          ...defaultKeymap.filter(({ key }) => key !== 'Mod-Enter'),
          ...historyKeymap,
        ]),
      ],
    }),
  });
  return {
    text: () => view.state.doc.toString(),
    set: (next) => view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: next } }),
    mark: (start, statement, message) => {
      const within = placeIn(statement, message);
      const end = view.state.doc.length;
      if (within === undefined) return;
      const [from, to] = [Math.min(end, start + within.from), Math.min(end, start + within.to)];
      if (to > from) view.dispatch({ effects: setMark.of({ from, to }), selection: { anchor: from } });
    },
    close: () => view.destroy(),
  };
}

/** DuckDB says `LINE 2: …` with a caret below, or names what it does not know. */
function placeIn(
  statement: string,
  message: string,
): { readonly from: number; readonly to: number } | undefined {
  const [, named] =
    /(?:column|Table with name|near|Function with name|at or near) "?([\w.]+)"?/i.exec(message) ?? [];
  const at = named === undefined ? -1 : statement.toLowerCase().indexOf(named.toLowerCase());
  if (named !== undefined && at !== -1) return { from: at, to: at + named.length };
  return /^(Parser|Binder|Catalog) Error/.test(message) ? { from: 0, to: statement.length } : undefined;
}

/** Tables, the columns of tables that the text names, and functions. */
function completer(tables: readonly string[], columnsOf: EditorOptions['columnsOf']) {
  return async (context: CompletionContext): Promise<CompletionResult | null> => {
    const word = context.matchBefore(/[\w.]+/);
    if (word === null && !context.explicit) return null;
    const text = context.state.doc.toString().toLowerCase();
    const named = tables.filter(
      (table) => text.includes(table) || text.includes(table.split('.')[1] ?? table),
    );
    const columns = await Promise.all(
      named.slice(0, 8).map(async (table) => ({ table, names: await columnsOf(table) })),
    );
    return {
      from: word?.from ?? context.pos,
      validFor: /^[\w.]*$/,
      options: [
        ...tables.map((label) => ({ label, type: 'class', boost: 2 })),
        ...columns.flatMap(({ table, names }) =>
          names.map((label) => ({ label, type: 'property', detail: table, boost: 3 })),
        ),
        ...functions.map((label) => ({ label, type: 'function', apply: `${label}(` })),
      ],
    };
  };
}
