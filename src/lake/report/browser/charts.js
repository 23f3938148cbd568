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

  /** A figure's number as the table has it; what went is below zero. */
  const written = ({ format, role }, value) => {
    if (value === null) return '–';
    const signed = role === 'down' ? 0 - value : value;
    return format === 'whole' ? whole(signed) : usd(signed);
  };
  /** The figures of a chart that play a part in it, each with its place in the points' values. */
  const playing = ({ figures }, ...roles) =>
    figures.flatMap((figure, at) => (roles.includes(figure.role) ? [{ ...figure, at }] : []));
  /** The figures of a point, a line each. */
  const linesOf = (figures, { values }) =>
    figures.map((each) => `${each.name} ${written(each, values[each.at])}`);
  /** Figures that stand on each other: one mark for each figure of each point. */
  const parts = (points, figures) =>
    points.flatMap((point) =>
      figures.map((each) => ({ date: point.date, figure: each.name, value: point.values[each.at] })),
    );
  const palette = (figures) => ({
    domain: figures.map(({ name }) => name),
    range: figures.map((each) => color(each.color)),
  });

  /** One drawing for each kind of chart. */
  const kinds = {
    bar(chart, width) {
      const points = dated(chart.points);
      const [upper, below, trend] = [playing(chart, 'y'), playing(chart, 'below'), playing(chart, 'trend')];
      const room = inset(width, points.length);
      const bars = { x: 'date', interval: INTERVALS[chart.step], insetLeft: room, insetRight: room };
      const before = upper
        .toReversed()
        .map((each) =>
          Plot.rectY(points, { ...bars, y: ({ values }) => values[each.at], fill: color(each.color) }),
        );
      const stacked = [Plot.rectY(parts(points, upper), { ...bars, y: 'value', fill: 'figure' })];
      const highest = ({ values }) => {
        const heights = upper.map(({ at }) => values[at] ?? 0);
        return chart.isStacked ? d3.sum(heights.filter((height) => height > 0)) : d3.max(heights);
      };
      return frame(width, heightFor(width), {
        ...(chart.isStacked && { color: palette(upper) }),
        marks: [
          grid(),
          amounts(),
          times(width),
          ...(chart.isStacked ? stacked : before),
          ...below.map((each) =>
            Plot.rectY(points, { ...bars, y: ({ values }) => -values[each.at], fill: color(each.color) }),
          ),
          ground(),
          ...trend.map((each) =>
            Plot.lineY(points, {
              x: 'date',
              y: ({ values }) => values[each.at],
              stroke: color(each.color),
              strokeWidth: 2,
            }),
          ),
          tip(points, {
            y: highest,
            lines: (point) => [iso(point.date), ...linesOf(playing(chart, 'y', 'below', 'beside'), point)],
          }),
        ],
      });
    },

    line(chart, width) {
      const points = dated(chart.points);
      const shown = playing(chart, 'y');
      const line = (each) =>
        Plot.lineY(points, {
          x: 'date',
          y: ({ values }) => values[each.at],
          stroke: color(each.color),
          strokeWidth: 2,
        });
      return frame(width, heightFor(width), {
        y: { zero: true },
        marks: [
          grid(),
          amounts(),
          times(width),
          ground(),
          ...shown.toReversed().map(line),
          cursor(points),
          tip(points, {
            y: ({ values }) => d3.max(shown, ({ at }) => values[at]),
            lines: (point) => [iso(point.date), ...linesOf(playing(chart, 'y', 'beside'), point)],
          }),
        ],
      });
    },

    area(chart, width) {
      const points = dated(chart.points);
      const shown = playing(chart, 'y');
      const areas = shown.flatMap((each) => {
        const at = { x: 'date', y: ({ values }) => values[each.at] };
        return [
          Plot.areaY(points, { ...at, fill: color(each.color), fillOpacity: 0.14 }),
          Plot.lineY(points, { ...at, stroke: color(each.color), strokeWidth: 2 }),
        ];
      });
      const stacked = [
        Plot.areaY(parts(points, shown), { x: 'date', y: 'value', fill: 'figure', fillOpacity: 0.6 }),
      ];
      return frame(width, heightFor(width), {
        y: { zero: true },
        ...(chart.isStacked && { color: palette(shown) }),
        marks: [
          grid(),
          amounts(),
          times(width),
          ...(chart.isStacked ? stacked : areas),
          ground(),
          cursor(points),
          tip(points, {
            y: ({ values }) => (chart.isStacked ? d3.sum : d3.max)(shown, ({ at }) => values[at]),
            lines: (point) => [iso(point.date), ...linesOf(playing(chart, 'y', 'beside'), point)],
          }),
        ],
      });
    },

    bridge(chart, width) {
      const points = dated(chart.points);
      const room = inset(width, points.length);
      const moved = playing(chart, 'up', 'down');
      const bars = points.flatMap((point) =>
        moved.map((each) => ({
          date: point.date,
          figure: each.name,
          opacity: point.isOver ? 1 : 0.6,
          value: (each.role === 'up' ? 1 : -1) * point.values[each.at],
        })),
      );
      return frame(width, heightFor(width), {
        color: palette(moved),
        marks: [
          grid(),
          amounts(),
          times(width),
          Plot.rectY(bars, {
            x: 'date',
            interval: 'month',
            y: 'value',
            fill: 'figure',
            insetLeft: room,
            insetRight: room,
            fillOpacity: { value: 'opacity', scale: null },
          }),
          ground(),
          tip(points, {
            of: (point) => d3.utcDay.offset(point.date, 14),
            y: ({ values }) => d3.sum(playing(chart, 'up'), ({ at }) => values[at]),
            lines: (point) => [
              d3.utcFormat('%B %Y')(point.date),
              ...linesOf(playing(chart, 'up', 'down', 'end'), point),
            ],
          }),
        ],
      });
    },

    categories(chart, width) {
      const { points } = chart;
      const shown = playing(chart, 'y');
      const bars = points.flatMap(({ values }, place) =>
        shown.map((each) => ({
          place,
          figure: each.name,
          value: values[each.at],
          written: written(each, values[each.at]),
        })),
      );
      const drawn = bars.filter(({ value }) => value !== null);
      const name = (index) => clipped(points[index].name, width < 500 ? 14 : 24);
      return frame(width, 30 + points.length * (8 + 16 * shown.length), {
        marginLeft: width < 500 ? 104 : 168,
        marginRight: 56,
        x: { axis: null },
        y: { axis: null, domain: shown.map((each) => each.name), padding: 0.08 },
        fy: { axis: null, domain: points.map((_, i) => i), padding: 0.3 },
        color: palette(shown),
        marks: [
          Plot.axisFy({ anchor: 'left', label: null, tickSize: 0, tickFormat: name }),
          Plot.barX(drawn, { fy: 'place', y: 'figure', x: 'value', fill: 'figure', rx2: 2 }),
          Plot.text(bars, {
            fy: 'place',
            y: 'figure',
            x: ({ value }) => Math.max(0, value ?? 0),
            text: 'written',
            textAnchor: 'start',
            dx: 5,
            fill: color('ink'),
          }),
          Plot.ruleX([0], { stroke: color('muted') }),
        ],
      });
    },

    heatmap(chart, width) {
      const { rows } = chart;
      const cells = rows.flatMap(({ rates, complete }, row) =>
        rates.map((rate, column) => ({ row, column, rate, isOver: column < complete })),
      );
      const columns = d3.max(cells, ({ column }) => column) + 1;
      const later = d3.max(cells, ({ column, rate }) => (column > 0 ? rate : 0)) || 1;
      const shade = (rate) => 0.05 + 0.95 * Math.min(1, (rate ?? 0) / later);
      const marginLeft = width < 500 ? 76 : 118;
      const cell = (width - marginLeft - 4) / columns;
      const named = ({ name, size }) => (size === null ? name : `${name} · ${whole(size)}`);
      const letters = width < 500 ? 12 : 20;
      return frame(width, 34 + rows.length * (rows.length > 26 ? 16 : 22), {
        marginLeft,
        marginRight: 4,
        marginTop: 30,
        marginBottom: 4,
        padding: cell > 8 ? 0.06 : 0,
        x: { axis: null, domain: d3.range(columns) },
        y: { domain: d3.range(rows.length) },
        marks: [
          Plot.axisX(
            d3.range(columns).filter((column) => column % Math.ceil(26 / cell) === 0),
            { anchor: 'top', tickSize: 0, label: null },
          ),
          Plot.axisY({
            tickSize: 0,
            tickFormat: (row) => clipped(width < 500 ? rows[row].name : named(rows[row]), letters),
          }),
          Plot.cell(cells, {
            x: 'column',
            y: 'row',
            fill: color('accent'),
            fillOpacity: { value: ({ rate }) => shade(rate), scale: null },
          }),
          Plot.cell(
            cells.filter(({ isOver }) => !isOver),
            {
              x: 'column',
              y: 'row',
              fill: 'none',
              stroke: color('muted'),
              strokeDasharray: '2 2',
              inset: 0.5,
            },
          ),
          Plot.text(
            cells.filter(({ rate }) => cell >= 26 && rate !== null),
            {
              x: 'column',
              y: 'row',
              text: ({ rate }) => `${Math.round(rate * 100)}${cell >= 40 ? '%' : ''}`,
              fill: ({ rate }) => color(shade(rate) > 0.7 ? 'on-accent' : 'ink'),
            },
          ),
          Plot.tip(
            cells,
            Plot.pointer({
              x: 'column',
              y: 'row',
              title: ({ row, column, rate }) =>
                `${named(rows[row])}\n${column}: ${rate === null ? '–' : d3.format('.1%')(rate)}`,
              fill: color('card'),
              stroke: color('line'),
            }),
          ),
        ],
      });
    },
  };

  /** What the lake itself is watched by, whatever its pipeline. */
  const own = {
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
          y: 'reason',
          x: 'records',
          text: ({ records }) => whole(records),
          textAnchor: 'start',
          dx: 5,
          fill: color('ink'),
        }),
        Plot.ruleX([0], { stroke: color('muted') }),
      ],
    });
  };

  const clipped = (text, length) => {
    const points = Array.from(text);
    return points.length <= length ? text : `${points.slice(0, length - 1).join('')}…`;
  };

  const drawing = (id, width) => {
    const chart = data.charts.find((each) => each.id === id);
    return chart === undefined ? own[id](width) : kinds[chart.kind](chart, width);
  };

  const draw = (place) => {
    const width = Math.floor(place.clientWidth);
    if (width > 0 && place.dataset.width !== String(width)) {
      place.replaceChildren(drawing(place.dataset.chart, width));
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
