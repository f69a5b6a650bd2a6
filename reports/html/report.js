// Draws the charts of the report from the JSON beside it. Everything else on the page stands without this script.
(function () {
  'use strict';
  const data = JSON.parse(document.getElementById('chart-data').textContent);
  const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  let charts = [];

  const narrow = () => window.innerWidth < 720;
  const duration = (ms) => ms >= 60000 ? +(ms / 60000).toPrecision(3) + ' min'
    : ms >= 1000 ? +(ms / 1000).toPrecision(3) + ' s' : +ms.toPrecision(3) + ' ms';
  const clipped = (text, length) => text.length > length ? text.slice(0, length - 1) + '…' : text;
  // Of a file in its migration's folder the end tells most: "up.sql:1".
  const clippedMiddle = (text, length) => text.length > length
    ? text.slice(0, length - 9) + '…' + text.slice(-8) : text;
  const isPowerOfTen = (value) => Math.abs(Math.log10(value) - Math.round(Math.log10(value))) < 1e-9;

  // Phases as shaded stretches behind the lines, with their names where there is room.
  const phaseShades = {
    id: 'phaseShades',
    beforeDatasetsDraw(chart, args, options) {
      if (!options.phases) return;
      const {ctx, chartArea: area, scales: {x}} = chart;
      ctx.save();
      ctx.font = '11px system-ui, sans-serif';
      ctx.textBaseline = 'top';
      for (const phase of options.phases) {
        const from = x.getPixelForValue(phase.from);
        const to = Math.max(x.getPixelForValue(phase.to), from + (phase.migration ? 2 : 0));
        ctx.fillStyle = css(phase.migration ? '--migration' : '--calm');
        ctx.fillRect(from, area.top, to - from, area.bottom - area.top);
        if (options.names && ctx.measureText(phase.name).width + 6 < to - from) {
          ctx.fillStyle = css('--soft');
          ctx.fillText(phase.name, from + 4, area.top + 3);
        }
      }
      ctx.restore();
    }
  };

  // All charts over time have the same left edge, so that a bar stands below what it caused.
  const sameLeftEdge = (scale) => { scale.width = narrow() ? 72 : 98; };

  function timeAxis(pass, showNumbers) {
    return {
      type: 'linear', min: 0, max: pass.duration,
      grid: {display: false}, border: {display: false},
      ticks: {
        display: showNumbers, color: css('--soft'), maxRotation: 0,
        callback: (value, index, ticks) => index > 0 && index === ticks.length - 1 ? null : +value.toFixed(2) + ' s'
      }
    };
  }

  function options(pass, extra) {
    return Object.assign({
      animation: false, responsive: true, maintainAspectRatio: false, normalized: true,
      layout: {autoPadding: false, padding: {left: 2, right: 10, top: 2, bottom: 2}},
      interaction: {mode: 'nearest', axis: 'x', intersect: false}
    }, extra);
  }

  const legend = () => ({
    position: 'top', align: 'end',
    labels: {color: css('--soft'), boxWidth: 14, boxHeight: 2, padding: 8, font: {size: 11}}
  });

  function line(name, colour, points, more) {
    return Object.assign({
      label: name, data: points, borderColor: css(colour), backgroundColor: css(colour), borderWidth: 1.6,
      pointRadius: 0, pointHitRadius: 6, spanGaps: false
    }, more);
  }
  const series = (timeline, key) => timeline.at.map((at, i) => ({x: at, y: timeline[key][i]}));

  function latency(canvas, pass) {
    const t = pass.timeline;
    const longest = t.max.reduce((most, value) => Math.max(most, value || 0), 1);
    return new Chart(canvas, {
      type: 'line', plugins: [phaseShades],
      data: {datasets: [line('median', '--p50', series(t, 'p50')), line('99th percentile', '--p99', series(t, 'p99')),
        line('longest', '--max', series(t, 'max'), {borderWidth: 1})]},
      options: options(pass, {
        scales: {
          x: timeAxis(pass, true),
          y: {
            type: 'logarithmic', max: longest * 4, afterFit: sameLeftEdge, grid: {color: css('--line')},
            ticks: {color: css('--soft'), callback: (value) => isPowerOfTen(value) ? duration(value) : null}
          }
        },
        plugins: {
          legend: legend(), phaseShades: {phases: pass.phases, names: true},
          tooltip: {callbacks: {
            title: (items) => items.length ? 'due at ' + items[0].parsed.x.toFixed(1) + ' s' : '',
            label: (item) => item.dataset.label + ': ' + duration(item.parsed.y)
          }}
        }
      })
    });
  }

  function throughput(canvas, pass) {
    const t = pass.timeline;
    const area = (colour) => ({fill: 'stack', stepped: 'middle', borderWidth: 1, spanGaps: true, backgroundColor: css(colour) + '66'});
    return new Chart(canvas, {
      type: 'line', plugins: [phaseShades],
      data: {datasets: [
        line('ok', '--ok', series(t, 'ok'), area('--ok')), line('failed', '--max', series(t, 'failed'), area('--max')),
        line('not sent', '--shed', series(t, 'shed'), area('--shed'))]},
      options: options(pass, {
        scales: {
          x: timeAxis(pass, false),
          y: {
            stacked: true, min: 0, grace: '20%', afterFit: sameLeftEdge, grid: {color: css('--line')},
            ticks: {color: css('--soft'), maxTicksLimit: 4, callback: (value) => value + '/s'}
          }
        },
        plugins: {
          legend: legend(), phaseShades: {phases: pass.phases},
          tooltip: {callbacks: {
            title: (items) => items.length ? 'due at ' + items[0].parsed.x.toFixed(1) + ' s' : '',
            label: (item) => item.dataset.label + ': ' + item.parsed.y + '/s'
          }}
        }
      })
    });
  }

  const kinds = [['waits', 'waits for its lock', '--waits'], ['runs', 'runs', '--runs'], ['fails', 'fails', '--max'],
    ['holds', 'holds its lock until the transaction ends', '--holds'], ['adversary', 'adversary', '--adversary']];

  function lanes(canvas, pass) {
    const names = pass.lanes.map((lane) => lane.name);
    const ofKind = (kind) => pass.lanes.flatMap((lane) => lane.bars.filter((bar) => bar.kind === kind)
      .map((bar) => ({x: [bar.from, bar.to], y: lane.name, text: bar.text})));
    const datasets = kinds.map(([kind, label, colour]) => ({
      label, data: ofKind(kind), backgroundColor: css(colour), grouped: false, minBarLength: 3, barThickness: 12
    })).filter((dataset) => dataset.data.length > 0);
    canvas.parentNode.style.height = (names.length * 24 + 60) + 'px';
    return new Chart(canvas, {
      type: 'bar', plugins: [phaseShades], data: {labels: names, datasets},
      options: options(pass, {
        indexAxis: 'y', interaction: {mode: 'nearest', intersect: true},
        scales: {
          x: timeAxis(pass, true),
          y: {
            type: 'category', afterFit: sameLeftEdge, grid: {display: false},
            ticks: {color: css('--text'), font: {size: 11}, autoSkip: false,
              callback: function (value) { return clippedMiddle(this.getLabelForValue(value), narrow() ? 9 : 13); }}
          }
        },
        plugins: {
          legend: Object.assign(legend(), {labels: Object.assign(legend().labels, {boxHeight: 8})}),
          phaseShades: {phases: pass.phases},
          tooltip: {callbacks: {
            title: (items) => items.length ? items[0].raw.y : '',
            label: (item) => {
              const [from, to] = item.raw.x;
              return [clipped(item.raw.text, narrow() ? 40 : 110), duration((to - from) * 1000) + ' from ' + from.toFixed(2) + ' s'];
            }
          }}
        }
      })
    });
  }

  function histogram(canvas, pass) {
    const colours = ['--p50', '--max', '--ok'];
    const datasets = pass.histograms.map((h, i) => {
      const points = h.bins.map(([edge, share]) => ({x: edge, y: share}));
      if (points.length) points.push({x: points[points.length - 1].x * Math.pow(10, 1 / 8), y: 0});
      return line(h.name + ' (' + h.operations.toLocaleString('en') + ')', colours[i], points, {
        stepped: true, fill: 'origin', backgroundColor: css(colours[i]) + '22'
      });
    });
    return new Chart(canvas, {
      type: 'line', data: {datasets},
      options: options(pass, {
        scales: {
          x: {
            type: 'logarithmic', grid: {color: css('--line')},
            ticks: {color: css('--soft'), maxRotation: 0, autoSkip: false,
              callback: (value) => isPowerOfTen(value) ? duration(value) : null}
          },
          y: {
            min: 0, afterFit: sameLeftEdge, grid: {color: css('--line')},
            ticks: {color: css('--soft'), maxTicksLimit: 5, callback: (value) => value + ' %'}
          }
        },
        plugins: {
          legend: legend(),
          tooltip: {callbacks: {
            title: (items) => items.length ? 'from ' + duration(items[0].parsed.x) : '',
            label: (item) => item.dataset.label + ': ' + (+item.parsed.y.toPrecision(3)) + ' %'
          }}
        }
      })
    });
  }

  const draw = {latency, throughput, lanes, histogram};
  function drawAll() {
    for (const chart of charts) chart.destroy();
    charts = [];
    for (const figure of document.querySelectorAll('figure[data-chart]')) {
      const pass = data.passes[Number(figure.dataset.pass)];
      charts.push(draw[figure.dataset.chart](figure.querySelector('canvas'), pass));
    }
  }

  document.documentElement.classList.add('js');
  drawAll();
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', drawAll);
  matchMedia('(max-width: 719px)').addEventListener('change', drawAll);
  addEventListener('beforeprint', () => charts.forEach((chart) => chart.resize()));
})();
