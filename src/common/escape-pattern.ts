// Text inside of a regular expression.

/** A text as a part of a regular expression that stands for itself, within a set of characters, too. */
export const escapePattern = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&');
