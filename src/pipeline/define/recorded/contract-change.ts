// What a change of a contract does to records: whether it only lets more of them in, or touches those that are in.

import { compareText } from '../../../common/text-order.js';
import type { AcceptedDays, Contract, FieldRule, Rates } from '../../../records/contract.js';

/** Why accepted records may come out otherwise under the new contract, in words; none: it only accepts more. */
export function touchesAccepted(before: Contract, after: Contract): readonly string[] {
  const changes = before.fields.flatMap((then) => {
    const now = after.fields.find(({ name }) => name === then.name);
    return now === undefined ? [] : otherValues(then, now);
  });
  const isSame = JSON.stringify(withoutValues(before)) === JSON.stringify(withoutValues(after));
  return isSame
    ? changes
    : [...changes, `the rules of ${after.source} are those of another version of the program`];
}

function otherValues(then: FieldRule, now: FieldRule): readonly string[] {
  if (then.kind === 'enum' && now.kind === 'enum')
    return then.values
      .filter((value) => !now.values.includes(value))
      .map((value) => `${then.name} "${value}" is no longer accepted`);
  if (then.kind === 'currency' && now.kind === 'currency') return otherRates(then.rates, now.rates);
  if (then.kind === 'timestamp' && now.kind === 'timestamp')
    return otherDays(then.name, then.within ?? everyDay, now.within ?? everyDay);
  return [];
}

/** Pipeline §2. */
const everyDay: AcceptedDays = { from: '2000-01-01', to: '2099-12-31' };

/** The rules but for values of which there may be more. */
const withoutValues = ({ fields, ...contract }: Contract): unknown => ({
  ...contract,
  fields: fields.map((field) => ({
    ...field,
    ...(field.kind === 'enum' && { values: [] }),
    ...(field.kind === 'currency' && { rates: {} }),
    ...(field.kind === 'timestamp' && { within: null }),
  })),
});

const otherRates = (before: Rates, after: Rates): readonly string[] =>
  Object.keys(before)
    .sort(compareText)
    .filter((code) => before[code] !== after[code])
    .map((code) =>
      after[code] === undefined
        ? `${code} is no longer accepted`
        : `the rate of ${code} was ${before[code]} and is ${after[code]}`,
    );

function otherDays(field: string, before: AcceptedDays, after: AcceptedDays): readonly string[] {
  const isWider = after.from <= before.from && after.to >= before.to;
  return isWider
    ? []
    : [`accepted days of ${field} were ${before.from} to ${before.to} and are ${after.from} to ${after.to}`];
}
