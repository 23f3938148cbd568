// Draws the charts: each to the width of its place, and again when that changes. Colours are CSS variables, so that light,
// dark and paper need no script. What comes from data reaches the page as text only.
'use strict';

(() => {
  const { Plot, d3 } = window;
  const data = JSON.parse(document.getElementById('data').textContent);

  const color = (name) => `var(--${name})`;
  const day = d3.utcParse('%Y-%m-%d');
  const usd = d3.format(',.2f');
  const whole = d3.format(',d');
  /** `12k`; small amounts in full. */
  const short = (value) => (Math.abs(value) < 1000 ? d3.format('~r')(value) : d3.format('.3~s')(value));
  const dated = (points) => points.map((point) => ({ ...point, date: day(point.date) }));
  const capital = (word) => word.charAt(0).toUpperCase() + word.slice(1);
  const iso = d3.utcFormat('%Y-%m-%d');

  /** How the plotting library names the steps of a series. */
  const INTERVALS = { day: 'day', week: 'monday', month: 'month', year: 'year' };

  const frame = (width, height, options) =>
    Plot.plot({
      width,
      height,
      marginLeft: 44,
      marginRight: 12,
      marginTop: 14,
      style: { fontSize: '12px', fontFamily: 'inherit', color: 'var(--muted)', background: 'transparent' },
      ...options,
      x: { label: null, ...options.x },
      y: { label: null, ...options.y },
    });

  const heightFor = (width) => Math.round(Math.min(340, Math.max(210, width * 0.42)));

  const grid = () => Plot.gridY({ ticks: 5, stroke: color('line'), strokeOpacity: 1 });
  const ground = () => Plot.ruleY([0], { stroke: color('muted') });
  const amounts = () => Plot.axisY({ tickFormat: short, tickSize: 0, ticks: 5 });
  const times = (width) => Plot.axisX({ ticks: Math.max(3, Math.floor(width / 110)), tickSize: 4 });

  /** What the pointer is at: a line of text for each of the point's figures. */
  const tip = (points, { y, lines, of = 'date' }) =>
    Plot.tip(
      points,
      Plot.pointerX({
        x: of,
        y,
        title: (point) => lines(point).join('\n'),
        stroke: color('line'),
        fill: color('card'),
        textPadding: 10,
      }),
    );
  const cursor = (points) => Plot.ruleX(points, Plot.pointerX({ x: 'date', stroke: color('muted') }));

  /** Room between bars as long as they are wide enough to spare it. */
  const inset = (width, bars) => (width / Math.max(1, bars) > 5 ? 0.75 : 0);

  const charts = {
    revenue(width) {
      const { step } = data.revenue;
      const points = dated(data.revenue.points);
      const room = inset(width, points.length);
      const bars = { x: 'date', interval: INTERVALS[step], insetLeft: room, insetRight: room };
      return frame(width, heightFor(width), {
        marks: [
          grid(),
          amounts(),
          times(width),
          Plot.rectY(points, { ...bars, y: 'gross', fill: color('gross') }),
          Plot.rectY(points, { ...bars, y: 'net', fill: color('net') }),
          Plot.rectY(points, { ...bars, y: (point) => -point.refunds, fill: color('down-1') }),
          ground(),
          Plot.lineY(points, { x: 'date', y: 'trend', stroke: color('trend'), strokeWidth: 2 }),
          tip(points, {
            y: 'gross',
            lines: (point) => [
              iso(point.date),
              `Gross ${usd(point.gross)}`,
              `Refunds ${usd(point.refunds)}`,
              `Net ${usd(point.net)}`,
            ],
          }),
        ],
      });
    },

    active(width) {
      const points = dated(data.active.points);
      const line = (column, name) =>
        Plot.lineY(points, { x: 'date', y: column, stroke: color(name), strokeWidth: 2 });
      return frame(width, heightFor(width), {
        y: { zero: true },
        marks: [
          grid(),
          amounts(),
          times(width),
          ground(),
          line('mau', 'c3'),
          line('wau', 'c2'),
          line('dau', 'c1'),
          cursor(points),
          tip(points, {
            y: 'mau',
            lines: ({ date, dau, wau, mau }) => [
              iso(date),
              `DAU ${whole(dau)}`,
              `WAU ${whole(wau)}`,
              `MAU ${whole(mau)}`,
            ],
          }),
        ],
      });
    },

    mrr(width) {
      const points = dated(data.mrr.points);
      return frame(width, heightFor(width), {
        y: { zero: true },
        marks: [
          grid(),
          amounts(),
          times(width),
          Plot.areaY(points, { x: 'date', y: 'mrr', fill: color('c1'), fillOpacity: 0.14 }),
          Plot.lineY(points, { x: 'date', y: 'mrr', stroke: color('c1'), strokeWidth: 2 }),
          ground(),
          cursor(points),
          tip(points, {
            y: 'mrr',
            lines: ({ date, mrr, subscribers }) => [
              iso(date),
              `MRR ${usd(mrr)}`,
              `${whole(subscribers)} subscribers`,
            ],
          }),
        ],
      });
    },

    movements(width) {
      const points = dated(data.movements);
      const room = inset(width, points.length);
      const kinds = [
        ['new', 1, 'up-1'],
        ['expansion', 1, 'up-2'],
        ['reactivation', 1, 'up-3'],
        ['churned', -1, 'down-1'],
        ['contraction', -1, 'down-2'],
      ];
      const parts = points.flatMap((point) =>
        kinds.map(([kind, sign]) => ({
          ...{ date: point.date, kind, value: sign * point[kind] },
          opacity: point.complete ? 1 : 0.6,
        })),
      );
      return frame(width, heightFor(width), {
        color: { domain: kinds.map(([kind]) => kind), range: kinds.map(([, , name]) => color(name)) },
        marks: [
          grid(),
          amounts(),
          times(width),
          Plot.rectY(parts, {
            x: 'date',
            interval: 'month',
            y: 'value',
            fill: 'kind',
            insetLeft: room,
            insetRight: room,
            fillOpacity: { value: 'opacity', scale: null },
          }),
          ground(),
          tip(points, {
            of: (point) => d3.utcDay.offset(point.date, 14),
            y: (point) => point.new + point.expansion + point.reactivation,
            lines: (point) => [
              d3.utcFormat('%B %Y')(point.date),
              ...kinds.map(([kind, sign]) => `${capital(kind)} ${usd(sign * point[kind])}`),
              `MRR at the end ${usd(point.mrr)}`,
            ],
          }),
        ],
      });
    },

    channels(width) {
      const { channels } = data;
      const bars = channels.flatMap(({ ltv, cac }, channel) => [
        { channel, kind: 'LTV', value: ltv },
        { channel, kind: 'CAC', value: cac },
      ]);
      const drawn = bars.filter(({ value }) => value !== null);
      const name = (index) => clipped(channels[index].channel, width < 500 ? 14 : 24);
      return frame(width, 30 + channels.length * 40, {
        marginLeft: width < 500 ? 104 : 168,
        marginRight: 56,
        x: { axis: null },
        y: { axis: null, domain: ['LTV', 'CAC'], padding: 0.08 },
        fy: { axis: null, domain: channels.map((_, i) => i), padding: 0.3 },
        marks: [
          Plot.axisFy({ anchor: 'left', label: null, tickSize: 0, tickFormat: name }),
          Plot.barX(drawn, {
            fy: 'channel',
            y: 'kind',
            x: 'value',
            fill: ({ kind }) => color(kind === 'LTV' ? 'c1' : 'c4'),
            rx2: 2,
          }),
          Plot.text(bars, {
            fy: 'channel',
            y: 'kind',
            x: ({ value }) => Math.max(0, value ?? 0),
            text: ({ value }) => (value === null ? '–' : usd(value)),
            textAnchor: 'start',
            dx: 5,
            fill: color('ink'),
          }),
          Plot.ruleX([0], { stroke: color('muted') }),
        ],
      });
    },

    retention(width) {
      const { retention } = data;
      const cells = retention.flatMap(({ date, size, rates, complete }) =>
        rates.map((rate, week) => ({ date, size, week, rate, isOver: week < complete })),
      );
      const weeks = d3.max(cells, ({ week }) => week) + 1;
      const later = d3.max(cells, ({ week, rate }) => (week > 0 ? rate : 0)) || 1;
      const shade = (rate) => 0.05 + 0.95 * Math.min(1, (rate ?? 0) / later);
      const marginLeft = width < 500 ? 76 : 118;
      const cell = (width - marginLeft - 4) / weeks;
      const cohorts = new Map(retention.map(({ date, size }) => [date, size]));
      return frame(width, 34 + retention.length * (retention.length > 26 ? 16 : 22), {
        marginLeft,
        marginRight: 4,
        marginTop: 30,
        marginBottom: 4,
        padding: cell > 8 ? 0.06 : 0,
        x: { axis: null, domain: d3.range(weeks) },
        y: { domain: retention.map(({ date }) => date) },
        marks: [
          Plot.axisX(
            d3.range(weeks).filter((week) => week % Math.ceil(26 / cell) === 0),
            { anchor: 'top', tickSize: 0, label: null },
          ),
          Plot.axisY({
            tickSize: 0,
            tickFormat: (date) => (width < 500 ? date : `${date} · ${whole(cohorts.get(date))}`),
          }),
          Plot.cell(cells, {
            x: 'week',
            y: 'date',
            fill: color('accent'),
            fillOpacity: { value: ({ rate }) => shade(rate), scale: null },
          }),
          Plot.cell(
            cells.filter(({ isOver }) => !isOver),
            {
              x: 'week',
              y: 'date',
              fill: 'none',
              stroke: color('muted'),
              strokeDasharray: '2 2',
              inset: 0.5,
            },
          ),
          Plot.text(
            cells.filter(({ rate }) => cell >= 26 && rate !== null),
            {
              x: 'week',
              y: 'date',
              text: ({ rate }) => `${Math.round(rate * 100)}${cell >= 40 ? '%' : ''}`,
              fill: ({ rate }) => color(shade(rate) > 0.7 ? 'on-accent' : 'ink'),
            },
          ),
          Plot.tip(
            cells,
            Plot.pointer({
              x: 'week',
              y: 'date',
              title: ({ date, size, week, rate }) =>
                `${date}, ${whole(size)} users\nweek ${week}: ${rate === null ? '–' : d3.format('.1%')(rate)}`,
              fill: color('card'),
              stroke: color('line'),
            }),
          ),
        ],
      });
    },

    refused(width) {
      const { refused, reasons } = data;
      return new Set(refused.map(({ run }) => run)).size > 1
        ? byRun(width, refused, reasons)
        : byReason(width, refused, reasons);
    },
  };

  const byRun = (width, refused, reasons) =>
    frame(width, heightFor(Math.min(width, 640)), {
      color: { domain: reasons, range: reasons.map((_, i) => color(`c${i + 1}`)) },
      x: { type: 'band', tickFormat: (run) => `run ${run}` },
      marks: [
        grid(),
        amounts(),
        Plot.axisX({
          ticks: 8,
          tickSize: 0,
          tickFormat: (run, i) => (skips(width, refused, i) ? '' : `run ${run}`),
        }),
        Plot.barY(refused, { x: 'run', y: 'records', fill: 'reason', order: reasons }),
        ground(),
        Plot.tip(
          refused,
          Plot.pointer(
            Plot.stackY({
              x: 'run',
              y: 'records',
              order: reasons,
              z: 'reason',
              title: ({ run, date, reason, records }) => `run ${run}, ${date}\n${reason}: ${whole(records)}`,
              fill: color('card'),
              stroke: color('line'),
            }),
          ),
        ),
      ],
    });

  /** Names of runs that stand too close to be read. */
  const skips = (width, refused, index) => {
    const runs = new Set(refused.map(({ run }) => run)).size;
    return index % Math.ceil((runs * 52) / width) !== 0;
  };

  const byReason = (width, refused, reasons) => {
    const isNarrow = width < 500;
    return frame(width, 20 + reasons.length * 28, {
      marginLeft: isNarrow ? 150 : 210,
      marginRight: 56,
      x: { axis: null },
      y: { domain: reasons, padding: 0.25 },
      marks: [
        Plot.axisY({ tickSize: 0, tickFormat: (reason) => clipped(reason, isNarrow ? 20 : 28) }),
        Plot.barX(refused, { y: 'reason', x: 'records', fill: color('down-1'), rx2: 2 }),
        Plot.text(refused, {
          ...{ y: 'reason', x: 'records', text: ({ records }) => whole(records) },
          ...{ textAnchor: 'start', dx: 5, fill: color('ink') },
        }),
        Plot.ruleX([0], { stroke: color('muted') }),
      ],
    });
  };

  const clipped = (text, length) => {
    const points = Array.from(text);
    return points.length <= length ? text : `${points.slice(0, length - 1).join('')}…`;
  };

  const draw = (place) => {
    const width = Math.floor(place.clientWidth);
    if (width > 0 && place.dataset.width !== String(width)) {
      place.replaceChildren(charts[place.dataset.chart](width));
      place.dataset.width = String(width);
    }
  };

  const places = document.querySelectorAll('[data-chart]');
  places.forEach(draw);
  const resized = new ResizeObserver((entries) =>
    requestAnimationFrame(() => entries.forEach(({ target }) => draw(target))),
  );
  places.forEach((place) => resized.observe(place));
})();
