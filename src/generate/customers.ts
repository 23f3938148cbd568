// What is known of each user while the data set is made: a few numbers in typed arrays, so that a million users fit in memory.

/** Where a user stands. */
export const Stage = { lead: 0, trial: 1, paying: 2, left: 3, lapsed: 4 } as const;
/** One of the numbers of `Stage`, as the column holds them. */
export type Stage = (typeof Stage)[keyof typeof Stage];

/** Columns by user. */
export class Customers {
  /** How many users exist so far. */
  count = 0;
  readonly stage: Uint8Array;
  readonly channel: Uint8Array;
  readonly currency: Uint8Array;
  readonly plan: Uint8Array;
  /** Probability of a visit on a usual day, in thousandths. */
  readonly zeal: Uint16Array;
  /** Monthly price paid, in hundredths of the currency. */
  readonly price: Float64Array;
  /** The day on which the stage is looked at next: a trial's end, a renewal. */
  readonly dueDay: Int32Array;
  readonly since: Int32Array;
  /** The running subscription's number and first day. */
  readonly subscription: Float64Array;
  readonly subscribedDay: Int32Array;
  /** The last purchase that nobody has asked back; number 0: none. */
  readonly purchase: Float64Array;
  readonly purchaseDay: Int32Array;
  readonly purchaseAmount: Float64Array;

  constructor(capacity: number) {
    this.stage = new Uint8Array(capacity);
    this.channel = new Uint8Array(capacity);
    this.currency = new Uint8Array(capacity);
    this.plan = new Uint8Array(capacity);
    this.zeal = new Uint16Array(capacity);
    this.price = new Float64Array(capacity);
    this.dueDay = new Int32Array(capacity);
    this.since = new Int32Array(capacity);
    this.subscription = new Float64Array(capacity);
    this.subscribedDay = new Int32Array(capacity);
    this.purchase = new Float64Array(capacity);
    this.purchaseDay = new Int32Array(capacity);
    this.purchaseAmount = new Float64Array(capacity);
  }
}
