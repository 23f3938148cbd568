const APPEND = {
  text: (appender, value) => appender.appendVarchar(value),
  double: (appender, value) => appender.appendDouble(value),
  integer: (appender, value) => appender.appendInteger(value),
  bigint: (appender, value) => appender.appendBigInt(BigInt(value)),
  boolean: (appender, value) => appender.appendBoolean(value),
  bytes: (appender, value) => appender.appendBlob(value),
};

/** Appends rows of values, column by column of the given kinds; null and undefined are NULL. */
export async function append(connection, table, kinds, rows) {
  const appender = await connection.createAppender(table);
  const writers = kinds.map((kind) => APPEND[kind]);
  for (const row of rows) {
    for (let index = 0; index < writers.length; index++) {
      const value = row[index];
      if (value === null || value === undefined) appender.appendNull();
      else writers[index](appender, value);
    }
    appender.endRow();
  }
  appender.closeSync();
}
