// Whether a field's values are numbers, and of what type.

import { numberReader, type NumberStyle, parted } from './number-style.js';
import { text, type Observed, type TypeGuess } from './observed.js';

const MONEY = new Set(
  (
    'amount price total subtotal cost costs spend spent revenue sales fee fees tax taxes net gross balance payment refund refunded ' +
    'shipping discount mrr arr charge debit credit betrag summe gesamtsumme preis kosten ausgaben umsatz steuer versand rabatt brutto netto ' +
    'montant prix cout depenses depense total_ttc ttc ht importe precio coste monto valor bedrag prijs kosten'
  ).split(' '),
);
const RATIO =
  /(^|_)(rate|ratio|share|ctr|cvr|percent|pct|frequency|score|avg|average|mean|lat|lon|latitude|longitude|temp|temperature|cpm|cpc|cpa|roas)(_|$)/;
const COUNT =
  /(^|_)(count|quantity|qty|id|version|number|interval|period|position|pos|clicks|impressions|days|months)$/;
const CODE =
  /(^|_)(zip|zipcode|zip_code|postal|postal_code|postcode|post_code|plz|code_postal|phone|telefon|telephone|tel|mobile|mobil|fax|iban|bic|vat|vat_number|ean|gtin|upc|barcode|isbn|account_number|kontonummer|version|last4|siret)$/;

/** Whether a name says that its values are money. */
const isMoneyName = (name: string): boolean =>
  name.split('_').some((word) => MONEY.has(word)) && !COUNT.test(name) && !RATIO.test(name);

/** Whether sums of a field's values mean something: amounts and counts do, prices and rates do not. */
export const addsUp = (name: string): boolean =>
  !RATIO.test(name) &&
  !/(^|_)(price|unit|unit_amount|balance|per|preis|prix|precio|cost_per\w*|version)(_|$)/.test(name);

const MINOR = /(^|_)(unit_amount|unit_amount_decimal|amount_cents|cents|minor)$|_(cents|minor|in_cents)(_|$)/;

/** What is known of a field beside its name. */
export interface NumberContext {
  readonly style: NumberStyle;
  readonly isCsv: boolean;
  /** Amounts of this file are in minor units, by the provider's manner. */
  readonly isMinor: boolean;
}

/** The guess for what are numbers; undefined for anything else. */
export function guessNumber(
  name: string,
  values: readonly Observed[],
  context: NumberContext,
): TypeGuess | undefined {
  const numbers: string[] = [];
  const others: string[] = [];
  const affixes = new Set<string>();
  const read = numberReader(context.style);
  for (const value of values) {
    const found = plainOf(value, read, context);
    if (found === undefined) others.push(text(value));
    else {
      numbers.push(found.number);
      if (found.affix !== '') affixes.add(found.affix);
    }
  }
  if (numbers.length === 0 || affixes.size > 1) return undefined;
  if (numbers.some(hasLeadingZero)) return { type: 'text', evidence: 'digits with leading zeros' };
  if (CODE.test(name)) return { type: 'text', evidence: 'digits that name something' };
  const isJson = values.some((value) => typeof value === 'number');
  if (!isJson && numbers.some((each) => digitsOf(each) >= 15 && !each.includes('.')))
    return { type: 'text', evidence: 'digits that name something' };
  if (numbers.some((each) => /^[-+]?\d{19,}$/.test(each)))
    return { type: 'text', evidence: 'more digits than a number keeps' };
  const rest = othersOf(name, { numbers, others, isJson });
  if (rest === undefined) return undefined;
  const [affix] = affixes;
  const evidence = `${numbers.length} of ${values.length} are numbers`;
  const around = affix === undefined ? {} : { affixes: [affix] };
  const guess = numberType(name, numbers, { ...context, affix, isJson });
  return {
    ...guess,
    ...rest,
    ...around,
    evidence: [evidence, guess.evidence, affix === '%' ? 'in per cent' : '']
      .filter((each) => each !== '')
      .join('; '),
  };
}

function plainOf(
  value: Observed,
  read: ReturnType<typeof numberReader>,
  { isCsv }: Pick<NumberContext, 'isCsv'>,
): { readonly number: string; readonly affix: string } | undefined {
  if (typeof value === 'number') return { number: String(value), affix: '' };
  if (typeof value !== 'string') return undefined;
  const plain = read(value);
  if (plain !== undefined) return { number: plain, affix: '' };
  const parts = isCsv ? parted(value) : undefined;
  const number = parts && read(parts.number);
  return parts === undefined || number === undefined || parts.affix === ''
    ? undefined
    : { number, affix: parts.affix };
}

/** What becomes of values that are no numbers; undefined where they say that the field is none of numbers. */
function othersOf(
  name: string,
  {
    numbers,
    others,
    isJson,
  }: { readonly numbers: readonly string[]; readonly others: readonly string[]; readonly isJson: boolean },
): Partial<TypeGuess> | undefined {
  if (others.length === 0) return {};
  const share = numbers.length / (numbers.length + others.length);
  // What is measured lost a value here and there; what is counted or named is a text where it is none of numbers.
  const isMeasured = numbers.some((each) => /[.e]/i.test(each));
  if (isJson)
    return share >= (isMeasured ? 0.6 : 0.9) && !/(id|code|key|name|number|version)$/.test(name)
      ? { onInvalidNull: true }
      : undefined;
  const words = [...new Set(others)];
  const areWords = words.length <= 2 && words.every((word) => /^[^\d]{1,20}$/.test(word));
  if (areWords && share >= 0.8) return { nulls: words };
  return share >= 0.98 && numbers.length >= 50 ? {} : undefined;
}

interface TypeContext extends NumberContext {
  readonly affix: string | undefined;
  readonly isJson: boolean;
}

function numberType(name: string, numbers: readonly string[], context: TypeContext): TypeGuess {
  const { isMinor, isJson, isCsv, affix } = context;
  const fractions = numbers.map((each) => each.split('.')[1]?.length ?? 0);
  const digits = Math.max(...fractions);
  const isScientific = numbers.some((each) => /e/i.test(each));
  if (!isScientific && digits === 0 && /(^|_)micros?$/.test(name))
    return { type: 'decimal(18,6)', scale: 6, evidence: 'millionths by its name' };
  if (
    !isScientific &&
    MINOR.test(name) &&
    (digits === 0 || /decimal$/.test(name)) &&
    (isJson || digits === 0)
  )
    return {
      type: /decimal$/.test(name) ? 'decimal(18,4)' : 'decimal(18,2)',
      scale: 2,
      evidence: 'minor units by its name',
    };
  const isMoney = isMoneyName(name) || (affix !== undefined && /[\p{Sc}]/u.test(affix));
  if (!isScientific && digits === 0 && isMoney && isMinor)
    return { type: 'decimal(18,2)', scale: 2, evidence: 'minor units, as this provider writes amounts' };
  if (isScientific || digits > 4) return { type: 'double', evidence: '' };
  const wholes = Math.max(...numbers.map((each) => digitsOf(each.split('.')[0] ?? '')));
  const precision = wholes + 4 > 18 ? 38 : 18;
  const isRatio = RATIO.test(name) || affix === '%';
  if (isMoney && !isRatio) return { type: `decimal(${precision},${digits <= 2 ? 2 : 4})`, evidence: '' };
  if (digits === 0 && affix !== '%') return { type: 'integer', evidence: '' };
  // Two digits after every point are money, or were rounded to be counted like it.
  const isLikeMoney = isCsv && !isRatio && fractions.every((each) => each === 2);
  return { type: isLikeMoney ? `decimal(${precision},2)` : 'double', evidence: '' };
}

const digitsOf = (number: string): number => number.replace(/\D/g, '').length;

/** Digits that name something. */
const hasLeadingZero = (number: string): boolean => /^[-+]?0\d/.test(number);
