// Text as a word of a shell's command.

/** The text between quotes, as every POSIX shell takes it. */
export const shellQuoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/** The text as it is where a shell takes it so, else between quotes. */
export const shellWord = (text: string): string => (/^[\w@%+=:,./-]+$/.test(text) ? text : shellQuoted(text));
