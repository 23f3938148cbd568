// Models in an order in which each comes after what it reads.

/** The order of what can be ordered, and the first circle that is in the way. */
interface ModelOrder {
  readonly order: readonly string[];
  /** Tables of which each reads the next, and the last the first. */
  readonly circle: readonly string[] | undefined;
}

/**
 * Orders models by what they read: layer by layer as far as that leaves a choice, silver before gold, then by name.
 * @param reads the relations that each model reads, others than models among them
 */
export function orderOfModels(reads: ReadonlyMap<string, readonly string[]>): ModelOrder {
  const order: string[] = [];
  const done = new Set<string>();
  const path: string[] = [];
  let circle: readonly string[] | undefined;
  const visit = (name: string): void => {
    if (done.has(name) || !reads.has(name)) return;
    if (path.includes(name)) {
      circle ??= path.slice(path.indexOf(name));
      return;
    }
    path.push(name);
    for (const input of [...(reads.get(name) ?? [])].sort(byLayer)) visit(input);
    path.pop();
    done.add(name);
    order.push(name);
  };
  for (const name of [...reads.keys()].sort(byLayer)) visit(name);
  const inCircle = new Set(circle);
  return { order: order.filter((name) => !inCircle.has(name)), circle };
}

const LAYERS = ['silver', 'gold'];
const rank = (name: string): number => {
  const at = LAYERS.indexOf(name.split('.')[0] ?? '');
  return at === -1 ? LAYERS.length : at;
};
const byLayer = (a: string, b: string): number => rank(a) - rank(b) || (a < b ? -1 : a > b ? 1 : 0);
