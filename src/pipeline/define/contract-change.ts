// What a change of rules and settings does to records: whether it only lets more of them in, or touches those that are in.

import { compareText } from '../../common/text-order.js';
import type { Contract, ContractSettings, FieldRule } from '../../records/contract.js';

/** A source's rules with the settings that they are used under. */
export interface ContractVersion {
  readonly contract: Contract;
  readonly settings: ContractSettings;
}

/** Why accepted records may come out otherwise under the new version, in words; none: it only accepts more. */
export function touchesAccepted(before: ContractVersion, after: ContractVersion): readonly string[] {
  return [
    ...otherRules(before.contract, after.contract),
    ...(uses(after.contract, 'currency') ? otherRates(before.settings, after.settings) : []),
    ...(usesDates(after.contract) ? otherDates(before.settings, after.settings) : []),
  ];
}

const uses = ({ fields }: Contract, kind: FieldRule['kind']): boolean =>
  fields.some((field) => field.kind === kind);

const usesDates = ({ fields }: Contract): boolean =>
  fields.some((field) => 'within' in field && field.within !== undefined);

/** The rules must agree but for values that are new. */
function otherRules(before: Contract, after: Contract): readonly string[] {
  const gone = before.fields.flatMap((field) => {
    const now = after.fields.find(({ name }) => name === field.name);
    if (field.kind !== 'enum' || now?.kind !== 'enum') return [];
    const missing = field.values.filter((value) => !now.values.includes(value));
    return missing.map((value) => `${field.name} "${value}" is no longer accepted`);
  });
  const isSame = JSON.stringify(withoutValues(before)) === JSON.stringify(withoutValues(after));
  return isSame
    ? gone
    : [...gone, `the rules of ${after.source} are those of another version of the program`];
}

const withoutValues = ({ fields, ...contract }: Contract): unknown => ({
  ...contract,
  fields: fields.map((field) => (field.kind === 'enum' ? { ...field, values: [] } : field)),
});

function otherRates(
  { rates: before }: ContractSettings,
  { rates: after }: ContractSettings,
): readonly string[] {
  return Object.keys(before)
    .sort(compareText)
    .filter((code) => before[code] !== after[code])
    .map((code) =>
      after[code] === undefined
        ? `${code} is no longer accepted`
        : `the rate of ${code} was ${before[code]} and is ${after[code]}`,
    );
}

function otherDates(
  { eventDates: before }: ContractSettings,
  { eventDates: after }: ContractSettings,
): readonly string[] {
  const isWider = after.from <= before.from && after.to >= before.to;
  return isWider
    ? []
    : [`event dates were ${before.from} to ${before.to} and are ${after.from} to ${after.to}`];
}
