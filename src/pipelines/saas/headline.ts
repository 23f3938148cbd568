// The few figures that say how the business stands, out of gold.

/** Reads a table's rows as values by column, in the table's order. */
export type ReadRows = (
  table: string,
) => Promise<readonly Readonly<Record<string, string | number | boolean | null>>[]>;

export interface Figure {
  readonly name: string;
  readonly value: string | number | null;
  readonly about: string;
}

/** Days that "recent" revenue covers. */
const RECENT_DAYS = 30;

export interface Headline {
  /** The last day of the data, ISO; null without events. */
  readonly lastDate: string | null;
  readonly figures: readonly Figure[];
}

export async function headline(read: ReadRows): Promise<Headline> {
  const [active, net, mrr, ratio] = await Promise.all([
    read('gold.daily_active_users'),
    read('gold.daily_revenue_net'),
    read('gold.mrr_daily'),
    read('gold.ltv_cac_ratio'),
  ]);
  const [day, recurring] = [active.at(-1), mrr.at(-1)];
  const total = ratio.find(({ channel }) => channel === '(all channels)');
  const recent = net.slice(-RECENT_DAYS).reduce((sum, row) => sum + cents(row['net_revenue']), 0n);
  return {
    lastDate: text(day?.['date']),
    figures: [
      {
        name: 'MRR',
        value: dollars(recurring?.['mrr']),
        about: `USD on ${String(recurring?.['date'] ?? 'no day')}`,
      },
      {
        name: 'Active subscribers',
        value: count(recurring?.['active_subscribers']),
        about: 'with a price above 0',
      },
      {
        name: 'Net revenue',
        value: net.length === 0 ? null : decimal(recent),
        about: `USD in the last ${RECENT_DAYS} days`,
      },
      {
        name: 'DAU / WAU / MAU',
        value: day === undefined ? null : ['dau', 'wau', 'mau'].map((name) => grouped(day[name])).join(' / '),
        about: 'active users',
      },
      { name: 'Paid customers', value: count(total?.['paid_customers']), about: 'ever converted' },
      { name: 'CAC', value: rounded(total?.['cac']), about: 'USD per paid conversion, all channels' },
      { name: 'LTV : CAC', value: rounded(total?.['ltv_cac_ratio']), about: 'all channels' },
    ],
  };
}

type Cell = string | number | boolean | null | undefined;

/** Ten-thousandths of a decimal text. */
const cents = (value: Cell): bigint => BigInt(String(value ?? '0').replace('.', ''));

/** Two places, rounded half away from zero. */
function decimal(tenThousandths: bigint): string {
  const sign = tenThousandths < 0n ? '-' : '';
  const hundredths = ((tenThousandths < 0n ? -tenThousandths : tenThousandths) + 50n) / 100n;
  return `${sign}${hundredths / 100n}.${String(hundredths % 100n).padStart(2, '0')}`;
}

const dollars = (value: Cell): string | null =>
  value === undefined || value === null ? null : decimal(cents(value));
/** `1,553`. */
const grouped = (value: Cell): string => String(value).replace(/\B(?=(\d{3})+$)/g, ',');
const count = (value: Cell): number | null => (typeof value === 'number' ? value : null);
const text = (value: Cell): string | null => (typeof value === 'string' ? value : null);
const rounded = (value: Cell): string | null => (typeof value === 'number' ? value.toFixed(2) : null);
