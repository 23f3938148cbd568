// The marketing team's extract: spend by day and channel as CSV, kept by hand in a spreadsheet, and it shows.

import { BARREN_CHANNEL, CHANNELS } from './product.js';
import { dateText, type Calendar } from './calendar.js';
import type { OutputFile } from './output-file.js';
import { Random } from './random.js';

interface SpendRow {
  readonly date: string;
  readonly channel: string;
  /** In hundredths. */
  readonly spend: number;
  readonly campaign: string;
}

interface SpendOddity {
  /** Rows between two of a kind, on average. */
  readonly every: number;
  /** What stands in the place of the row; nothing is a hole. */
  readonly rows: (row: SpendRow, random: Random) => readonly string[];
}

const plain = ({ date, channel, spend, campaign }: SpendRow): string =>
  `${date},${channel},${spend / 100},${campaign}`;
const titleCase = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

const ODDITIES: readonly SpendOddity[] = [
  { every: 35, rows: () => [] },
  { every: 60, rows: (row) => [plain(row), plain(row)] },
  {
    every: 50,
    rows: (row, random) => [plain(row), plain({ ...row, spend: row.spend + random.between(-2000, 5000) })],
  },
  { every: 30, rows: (row) => [plain({ ...row, channel: titleCase(row.channel) })] },
  { every: 45, rows: (row) => [plain({ ...row, channel: ` ${row.channel.toUpperCase()} ` })] },
  { every: 40, rows: (row) => [`"${row.date}","${row.channel}","${row.spend / 100}","${row.campaign}"`] },
  { every: 70, rows: (row) => [plain({ ...row, campaign: '"spring, ""early birds"""' })] },
  { every: 150, rows: (row) => [plain({ ...row, campaign: '"two\nlines"' })] },
  { every: 120, rows: (row) => [`${plain(row)}\r`] },
  { every: 150, rows: (row) => [plain(row), ''] },
  { every: 130, rows: (row) => [plain(row), plain({ ...row, spend: -row.spend })] },
  { every: 140, rows: (row) => [plain(row), `${row.date},${row.channel}`] },
  { every: 160, rows: (row) => [`${row.date},"${row.channel}"x,1,`, plain(row)] },
  { every: 160, rows: (row) => [plain(row), plain({ ...row, channel: '' })] },
  { every: 170, rows: (row) => [`${row.date},${row.channel},n/a,`] },
  { every: 180, rows: (row) => [plain({ ...row, date: row.date.replaceAll('-', '/') }), plain(row)] },
];

const CAMPAIGNS = ['brand', 'search', 'retargeting', ''] as const;

/** Writes the spend of each day as rows of CSV, with the oddities of a sheet that is kept by hand. */
export class SpendExtract {
  private readonly file: OutputFile;
  private readonly calendar: Calendar;
  private readonly users: number;
  private readonly random: Random;
  private readonly due: number[];
  private rows = 0;

  constructor(options: {
    readonly seed: string;
    readonly users: number;
    readonly calendar: Calendar;
    readonly file: OutputFile;
  }) {
    this.file = options.file;
    this.calendar = options.calendar;
    this.users = options.users;
    this.random = new Random(`${options.seed}/spend`);
    this.due = ODDITIES.map(({ every }) => this.random.below(every));
    this.file.add('date,channel,spend,campaign\n');
  }

  /** Rows written so far, the header aside; a hole is no row. */
  get count(): number {
    return this.rows;
  }

  /** The rows of one day, paid for `signups` new users. */
  writeDay(day: number, signups: number): void {
    const date = dateText(day);
    for (const [index, channel] of CHANNELS.entries()) {
      if (channel.costPerSignup > 0)
        this.write({
          date,
          channel: channel.name,
          spend: this.cost(index, signups),
          campaign: this.random.pick(CAMPAIGNS),
        });
    }
    if (day >= this.calendar.days * 0.6) {
      this.write({
        date,
        channel: BARREN_CHANNEL.name,
        spend: BARREN_CHANNEL.centsPerDay,
        campaign: 'launch',
      });
    }
  }

  /** Budgets follow the sign-ups of a day, and never fall to nothing. */
  private cost(channel: number, signups: number): number {
    const { signups: weight, costPerSignup } = CHANNELS[channel] ?? { signups: 0, costPerSignup: 0 };
    const usual = (this.users / this.calendar.days) * 0.3 + signups * 0.7;
    return Math.round((usual * weight * costPerSignup * this.random.between(80, 120)) / 10_000);
  }

  private write(row: SpendRow): void {
    const kind = this.due.findIndex((due) => due <= this.rows);
    const oddity = ODDITIES[kind];
    if (oddity === undefined) return this.put(plain(row));
    this.due[kind] = this.rows + oddity.every / 2 + this.random.below(oddity.every);
    for (const line of oddity.rows(row, this.random)) this.put(line);
  }

  private put(line: string): void {
    this.file.line(line);
    this.rows++;
  }
}
