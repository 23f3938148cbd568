// One engine for many that are started and closed: starting one takes a second.

import type { Engine } from '../../src/engine/engine.js';

/** The same engine, which closing only clears. */
export const clearedOnClose = (engine: Engine): Engine =>
  new Proxy(engine, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name === 'close' ? 'reset' : name, target);
      return typeof member === 'function' ? (member.bind(target) as unknown) : member;
    },
  });
