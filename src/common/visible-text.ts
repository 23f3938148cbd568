// Text from data, made fit to be shown: nothing in it can drive a terminal, reorder what stands around it or hide.

/** Characters that move the cursor, reorder text or hide: controls, bidirectional marks, separators, lone surrogates, joiners
 * outside of emoji. */
const UNSAFE =
  // eslint-disable-next-line no-control-regex -- these are the characters to be shown
  /(?<!\p{Extended_Pictographic}[\ufe0f\p{Emoji_Modifier}]?)\u200d|\u200d(?!\p{Extended_Pictographic})|[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b\u200c\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}\p{Surrogate}]/gu;

const SHORT_ESCAPES: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** The text with unsafe characters spelled out: `\n`, `\x1b`, `\u202e`. For people; data formats keep the original. */
export function visible(text: string): string {
  return text.replace(UNSAFE, (character) => SHORT_ESCAPES[character] ?? escapeCode(character));
}

/** Beyond ASCII as JSON spells it, so that a JSON text stays the same document. */
function escapeCode(character: string): string {
  const hex = (code: number, digits: number): string => code.toString(16).padStart(digits, '0');
  const first = character.charCodeAt(0);
  if (first < 0x7f) return `\\x${hex(first, 2)}`;
  return Array.from({ length: character.length }, (_, at) => `\\u${hex(character.charCodeAt(at), 4)}`).join(
    '',
  );
}
