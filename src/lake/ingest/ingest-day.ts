// The day under which bronze files what arrives.

import { daysOfIso } from '../../common/calendar.js';
import { LakeError } from '../../common/errors.js';

/**
 * Days since the epoch; today (UTC) unless said.
 * @throws LakeError `invalid-input` for what is no day
 */
export function ingestDay(text: string | undefined, nowMicros: number): number {
  if (text === undefined) return Math.floor(nowMicros / 86_400_000_000);
  const day = daysOfIso(text);
  if (day !== null) return day;
  throw new LakeError('invalid-input', `The ingest date "${text}" is not a day; expected YYYY-MM-DD.`, {
    details: { actual: text },
  });
}
