'use strict';
// Looks every two seconds at /api/status.json. What is shown is always text, never markup.

const EVERY = 2000;      // between looks
const PATIENCE = 5000;   // with one look
const SILENT = 7000;     // without an answer, the page says so
const SVG = 'http://www.w3.org/2000/svg';

let answer = null;       // the last one
let answeredAt = 0;      // by this page's own clock, which never jumps
let ahead = 0;           // how far the daemon's clock is ahead of this browser's, in ms
let trouble = '';
let began = performance.now();
const shown = new Map(); // what each part was last made of: what stays the same is left alone

const $ = id => document.getElementById(id);

function el(name, attributes, ...children) {
  const e = document.createElement(name);
  for (const [key, value] of Object.entries(attributes || {})) e.setAttribute(key, value);
  e.append(...children.filter(c => c !== null && c !== undefined));
  return e;
}

function draw(name, attributes, ...children) {
  const e = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) e.setAttribute(key, value);
  e.append(...children);
  return e;
}

function part(id, data, make) {
  const text = JSON.stringify(data);
  if (shown.get(id) === text) return;
  shown.set(id, text);
  $(id).replaceChildren(...[make(data)].flat().filter(Boolean));
}

// ---- words

function count(n, what) { return n + ' ' + what + (n === 1 ? '' : 's'); }

function duration(ms) {
  const s = Math.max(0, Math.floor(ms / 1000));
  if (s < 120) return s + ' s';
  if (s < 7200) return Math.floor(s / 60) + ' min';
  return s < 172800 ? Math.floor(s / 3600) + ' h' : Math.floor(s / 86400) + ' d';
}

function lag(ms) {
  if (ms < 1000) return ms + ' ms';
  return ms < 10000 ? (ms / 1000).toFixed(1) + ' s' : duration(ms);
}

function size(bytes) {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let i = 0;
  while (bytes >= 1024 && i < units.length - 1) { bytes /= 1024; i++; }
  return (i === 0 ? bytes : bytes.toFixed(1)) + ' ' + units[i];
}

function clock(date) { return date.toLocaleTimeString([], {hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23'}); }

function day(date) {
  return date.toLocaleString([], {weekday: 'short', day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23'});
}

function now() { return Date.now() + ahead; }

// An age that goes on growing without being drawn again.
function ago(at, before, after) {
  const date = new Date(at);
  return el('time', {datetime: at, title: date.toLocaleString(), 'data-before': before || '', 'data-after': after === undefined ? ' ago' : after},
    aged(at, before || '', after === undefined ? ' ago' : after));
}

function aged(at, before, after) { return before + duration(now() - Date.parse(at)) + after; }

function age() {
  for (const t of document.querySelectorAll('time[data-after]')) {
    const words = aged(t.dateTime, t.dataset.before, t.dataset.after);
    if (t.textContent !== words) t.textContent = words;
  }
}

function state(kind, words, name) {
  const marks = {good: '✓ ', bad: '✗ ', wait: '… '};
  return el(name || 'span', {class: 'state ' + kind}, el('span', {'aria-hidden': 'true'}, marks[kind]), words);
}

function facts(...pairs) {
  return el('dl', {}, ...pairs.filter(p => p && p[1] !== null && p[1] !== undefined)
    .map(([term, value]) => el('div', {}, el('dt', {}, term), el('dd', {}, value))));
}

function card(name, ...children) { return el(name, {class: 'card'}, ...children); }

// ---- the parts

function banner(d) {
  const good = d.well;
  const starting = !good && d.alerts.length === 0 && d.starting;
  const title = good ? 'All is well' : starting ? 'Starting' : d.troubles.length === 1 ? 'One thing needs you' : d.troubles.length + ' things need you';
  return el('div', {class: 'banner ' + (good ? 'good' : starting ? 'wait' : 'bad')},
    el('span', {class: 'mark', 'aria-hidden': 'true'}, good ? '✓' : starting ? '…' : '!'),
    el('div', {}, el('b', {}, title),
      good ? el('div', {}, d.summary) : el('ul', {}, ...d.troubles.map(t => el('li', {}, t)))));
}

function summary(s) {
  if (s.nodes.length === 0) return 'There is no node yet.';
  const waiting = s.nodes.filter(n => !n.newest).map(n => n.name);
  if (waiting.length === s.nodes.length) return 'Waiting for the first channel backup of ' + waiting.join(', ') + '.';
  return 'Every remote holds the newest channel backup of ' + (waiting.length ? 'every node that has one; waiting for ' + waiting.join(', ') : 'every node') + '.';
}

function alertCard(a) {
  const about = [a.node && 'node ' + a.node, a.remote && 'remote ' + a.remote].filter(Boolean).join(', ');
  const kinds = {critical: 'bad', warning: 'wait', notice: 'wait'};
  return el('li', {class: 'card alert ' + (kinds[a.urgency] || 'bad')},
    el('div', {class: 'head'}, el('h3', {}, a.kind.replaceAll('-', ' ')), about, el('span', {class: 'quiet'}, ago(a.since, 'for ', '')),
      el('span', {class: 'state ' + (kinds[a.urgency] || 'bad')}, a.urgency || '')),
    el('p', {}, a.message));
}

function nodeState(n) {
  if (n.state === 'ok') return state('good', 'file readable');
  if (n.state === 'absent' && !n.newest) return state('wait', 'waiting for its file');
  return state('bad', n.state === 'absent' ? 'its file vanished' : n.state);
}

function holdingState(h, node) {
  if (node.state === 'absent' && !node.newest) return state('wait', 'nothing to send yet', 'td');
  if (!h) return state('bad', 'unknown', 'td');
  if (!h.up_to_date) return state('bad', 'behind by ' + count(Math.max(1, h.behind), 'version'), 'td');
  return state('good', h.verified ? 'up to date, read back' : 'up to date', 'td');
}

function nodeCard({node, holdings}) {
  const kinds = {lnd: 'LND', cln: 'Core Lightning', file: 'file'};
  const v = node.newest;
  const rows = holdings.map(({remote, h}) => el('tr', {},
    el('th', {scope: 'row'}, remote),
    el('td', {'data-label': 'version'}, h && h.durable ? '#' + h.durable.sequence : '–'),
    el('td', {'data-label': 'changed'}, h && h.durable ? ago(h.durable.observed_at) : '–'),
    el('td', {'data-label': 'durable after'}, h && h.lag_millis !== null ? lag(h.lag_millis) : '–'),
    holdingState(h, node)));
  return card('article',
    el('div', {class: 'head'}, el('h3', {}, node.name), el('span', {class: 'quiet'}, kinds[node.kind] || node.kind), nodeState(node)),
    node.reason ? el('p', {}, node.reason) : null,
    facts(
      ['Newest version', v ? '#' + v.sequence : 'none yet'],
      v ? ['Last change', ago(v.observed_at)] : null,
      v ? ['Size', size(v.size)] : null,
      node.channels !== null && node.channels !== undefined ? ['Channels', String(node.channels)] : null,
      ['File', el('span', {class: 'path'}, node.file)]),
    rows.length === 0 ? null : el('table', {class: 'holdings'},
      el('thead', {}, el('tr', {}, ...['Remote', 'Version', 'Changed', 'Durable after', 'State'].map(h => el('th', {scope: 'col'}, h)))),
      el('tbody', {}, ...rows)));
}

function remoteCard(r) {
  return card('article',
    el('div', {class: 'head'}, el('h3', {}, r.name), r.connected ? state('good', 'connected') : state('bad', 'not connected')),
    el('p', {class: 'path'}, r.location),
    r.server ? el('p', {class: 'quiet'}, r.server) : null,
    facts(['Reconnected', r.reconnects === 1 ? 'once' : r.reconnects + ' times'],
      r.superseded > 0 ? ['Superseded', count(r.superseded, 'version')] : null,
      r.inFlight > 0 ? ['On their way', count(r.inFlight, 'version')] : null),
    ...r.features.map(f => el('p', {class: 'quiet'}, f)),
    r.last_error ? el('p', {}, el('b', {}, 'Last error'), ' (', ago(r.last_error_at), '): ', r.last_error) : null);
}

function backup(b) {
  if (!b) {
    return [el('p', {}, 'No backup is configured.'),
      el('p', {class: 'quiet'}, 'Channel backups are streamed without one. For the nightly archive of BTCPay Server add [backup] to the configuration.')];
  }
  const words = {complete: ['good', 'complete'], partial: ['wait', 'made, but not all of it went well'], failed: ['bad', 'failed'], interrupted: ['bad', 'interrupted']};
  const l = b.last;
  const next = ['Next', b.next ? day(new Date(b.next)) : 'not known: no timer of systemd here'];
  if (!l) return [el('p', {}, 'There was no backup yet.'), facts(next)];
  const [kind, word] = words[l.result] || ['wait', l.result];
  return [
    el('div', {class: 'head'}, el('h3', {}, 'Last one'), ago(l.finished_at), state(kind, word)),
    facts(
      l.bytes !== null ? ['Size', size(l.bytes)] : null,
      ['Took', lag(l.duration_millis)],
      l.services_down_millis !== null ? ['Services down for', lag(l.services_down_millis)] : null,
      l.archive ? ['Shipped', l.shipped ? 'to every remote' : 'not everywhere yet'] : null,
      next),
    l.error ? el('p', {}, l.error) : null,
    ...(l.problems || []).map(p => el('p', {}, p))];
}

function drill(d) {
  if (!d) return null;
  const words = {ok: ['good', 'it can be restored'], partial: ['wait', 'it can be restored, but something is missing'], failed: ['bad', 'it cannot be restored']};
  const [kind, word] = words[d.result] || ['wait', d.result];
  return el('p', {}, 'Last drill ', ago(d.at), ': ', state(kind, word), d.problem ? ': ' + d.problem : '');
}

function handoff(h) {
  if (!h || h.state === 'none') return null;
  return el('p', {}, state(h.state === 'locked' ? 'wait' : 'bad', h.state === 'locked'
    ? 'A node of this host is offered to another one, and kept from running here.'
    : 'A node that was offered to another host ran here again: its offer is void.'));
}

// ---- the picture of the last hour

const SHAPES = [
  (x, y, c) => draw('circle', {cx: x, cy: y, r: 4.5, class: c}),
  (x, y, c) => draw('rect', {x: x - 4, y: y - 4, width: 8, height: 8, class: c}),
  (x, y, c) => draw('path', {d: 'M' + x + ' ' + (y - 5) + 'l5.5 9h-11z', class: c}),
  (x, y, c) => draw('path', {d: 'M' + x + ' ' + (y - 6) + 'l5.5 6l-5.5 6l-5.5 -6z', class: c})];

function shape(i, x, y) { return SHAPES[i % SHAPES.length](x, y, 'mark r' + i % SHAPES.length); }

function hourWords(d) {
  const changes = d.minutes.reduce((n, m) => n + m.total, 0);
  const slowest = d.remotes.map(r => [r, Math.max(-1, ...d.minutes.map(m => m.published[r] ? m.published[r].slowest_millis : -1))]).filter(([, ms]) => ms >= 0);
  const words = count(changes, 'change') + ' in the last hour';
  return slowest.length === 0 ? words + '.' : words + '; slowest to become durable: ' + slowest.map(([r, ms]) => lag(ms) + ' on ' + r).join(', ') + '.';
}

function hour(d) {
  if (d.minutes.length === 0) {
    return [el('p', {}, d.last ? 'No change in the last hour; the last one was ' : 'No change was seen yet.', d.last ? ago(d.last) : null, d.last ? '.' : null)];
  }
  return [
    el('p', {}, hourWords(d)),
    el('ul', {class: 'legend', 'aria-label': 'Marks in the picture'},
      ...d.remotes.map((r, i) => el('li', {}, draw('svg', {class: 'swatch', width: 14, height: 14, 'aria-hidden': 'true'}, shape(i, 7, 7)), r)),
      el('li', {}, draw('svg', {class: 'swatch', width: 14, height: 14, 'aria-hidden': 'true'}, draw('rect', {x: 4, y: 1, width: 6, height: 12, class: 'bar'})), 'changes')),
    picture(d),
    table(d)];
}

function picture(d) {
  const width = d.width, left = 58, right = 8, top = 8, plot = 120, bars = 40, gap = 16;
  const height = top + plot + gap + bars + 22;
  const x = t => left + (width - left - right) * Math.min(1, Math.max(0, 1 - (d.end - t) / 3600000));
  const all = d.minutes.flatMap(m => Object.values(m.published).map(p => Math.max(1, p.slowest_millis)));
  const low = all.length ? Math.min(2, Math.floor(Math.log10(Math.min(...all)))) : 1;
  const high = all.length ? Math.max(low + 2, Math.ceil(Math.log10(Math.max(...all) + 1))) : 3;
  const y = ms => top + plot * (1 - (Math.log10(Math.max(1, ms)) - low) / (high - low));
  const svg = draw('svg', {width: width, height: height, viewBox: '0 0 ' + width + ' ' + height, role: 'img', 'aria-label': hourWords(d)});
  for (let e = low; e <= high; e++) {
    const at = y(10 ** e);
    svg.append(draw('line', {class: 'grid', x1: left, x2: width - right, y1: at, y2: at}), draw('text', {x: left - 8, y: at + 4, 'text-anchor': 'end'}, lag(10 ** e)));
  }
  const most = Math.max(1, ...d.minutes.map(m => m.total));
  const base = top + plot + gap + bars;
  svg.append(draw('line', {class: 'grid', x1: left, x2: width - right, y1: base, y2: base}),
    draw('text', {x: left - 8, y: base - bars + 10, 'text-anchor': 'end'}, String(most)),
    draw('text', {x: left - 8, y: base, 'text-anchor': 'end'}, '0'));
  const wide = Math.max(2, (width - left - right) / 60 - 2);
  for (const m of d.minutes) {
    const at = x(Date.parse(m.at) + 30000);
    if (m.total > 0) {
      const tall = Math.max(2, bars * m.total / most);
      svg.append(draw('rect', {class: 'bar', x: at - wide / 2, y: base - tall, width: wide, height: tall}));
    }
    d.remotes.forEach((r, i) => { if (m.published[r]) svg.append(shape(i, at + 5 * (i - (d.remotes.length - 1) / 2), y(m.published[r].slowest_millis))); });
  }
  for (const [minutes, anchor] of [[60, 'start'], [30, 'middle'], [0, 'end']]) {
    svg.append(draw('text', {x: x(d.end - minutes * 60000), y: height - 4, 'text-anchor': anchor}, minutes === 0 ? 'now' : minutes + ' min ago'));
  }
  return svg;
}

function table(d) {
  const rows = d.minutes.slice().reverse().map(m => el('tr', {},
    el('th', {scope: 'row'}, new Date(m.at).toLocaleTimeString([], {hour: '2-digit', minute: '2-digit', hourCycle: 'h23'})),
    el('td', {}, String(m.total)),
    ...d.remotes.map(r => el('td', {}, m.published[r] ? lag(m.published[r].slowest_millis) : '–'))));
  const details = el('details', {}, el('summary', {}, 'The same as a table'),
    el('table', {}, el('caption', {}, 'Changes by the minute, and the slowest to become durable on each remote'),
      el('thead', {}, el('tr', {}, ...['Minute', 'Changes', ...d.remotes].map(h => el('th', {scope: 'col'}, h)))), el('tbody', {}, ...rows)));
  const before = $('hour').querySelector('details');
  details.open = before !== null && before.open;
  return details;
}

// ---- all of it

function show() {
  const s = answer;
  document.body.dataset.well = s.well;
  document.title = (s.well ? '✓ ' : '! ') + 'Lightkeeper';
  part('banner', {well: s.well, troubles: s.troubles, alerts: s.alerts, summary: summary(s), starting: now() - Date.parse(s.started_at) < 10000}, banner);
  $('alerts').hidden = s.alerts.length === 0;
  part('alert-list', s.alerts, alerts => alerts.map(alertCard));
  part('nodes', s.nodes.map(node => ({node, holdings: s.remotes.map(r => ({remote: r.name, h: r.nodes.find(h => h.node === node.name)}))})),
    nodes => nodes.length ? nodes.map(nodeCard) : card('div', 'There is no node yet. Add one to the configuration: ', el('code', {}, 'lightkeeper init'), ' finds those on this host.'));
  const sum = (r, key) => r.nodes.reduce((n, h) => n + h[key], 0);
  part('remotes', s.remotes.map(r => ({...r, nodes: null, superseded: sum(r, 'superseded'), inFlight: sum(r, 'in_flight')})),
    remotes => remotes.length ? remotes.map(remoteCard) : card('div', 'There is no remote yet: nothing leaves this host. Add one to the configuration.'));
  part('backup', {b: s.backup, h: s.handoff, d: s.drill}, ({b, h, d}) => [backup(b), handoff(h), drill(d)].flat());
  const newest = s.nodes.map(n => n.newest && n.newest.observed_at).filter(Boolean).sort((a, b) => Date.parse(a) - Date.parse(b));
  const box = getComputedStyle($('hour'));
  const width = Math.max(240, Math.floor($('hour').clientWidth - parseFloat(box.paddingLeft) - parseFloat(box.paddingRight)));
  const end = Math.ceil(now() / 60000) * 60000;
  part('hour', {
    width, end: s.minutes.length ? end : 0, last: newest.length ? newest[newest.length - 1] : null, remotes: s.remotes.map(r => r.name),
    minutes: s.minutes.filter(m => end - Date.parse(m.at) <= 3600000)
      .map(m => ({at: m.at, published: m.published, total: Object.values(m.changes).reduce((a, b) => a + b, 0)}))}, hour);
  part('about', {version: s.version, spool: s.spool_bytes, at: s.started_at},
    d => [el('span', {}, 'lightkeeper ' + d.version + ', running for ', ago(d.at, '', ''), '; spool ' + size(d.spool))]);
}

function freshness() {
  const silent = performance.now() - (answer ? answeredAt : began);
  const late = silent > SILENT || trouble !== '';
  document.body.classList.toggle('stale', late && answer !== null);
  $('silent').hidden = !late;
  if (late) {
    const words = trouble || 'The daemon does not answer.';
    const since = answer ? ' What you see is ' + duration(silent) + ' old, of ' + clock(new Date(Date.parse(answer.at))) + '.' : '';
    const text = words + since;
    if (shown.get('silent') !== text) {
      shown.set('silent', text);
      $('silent').replaceChildren(el('span', {class: 'mark', 'aria-hidden': 'true'}, '!'),
        el('span', {}, el('b', {}, words), since + ' Look at it with ', el('code', {}, 'systemctl status lightkeeper')));
    }
    document.title = '! Lightkeeper does not answer';
  }
  $('fresh').textContent = late ? 'not live' : answer ? 'live, ' + clock(new Date(now())) : 'waiting for the daemon';
  age();
}

async function look() {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), PATIENCE);
  try {
    const response = await fetch('/api/status.json', {signal: abort.signal, cache: 'no-store'});
    if (response.ok) {
      answer = await response.json();
      answeredAt = performance.now();
      ahead = Date.parse(answer.at) - Date.now();
      trouble = '';
      show();
    } else {
      trouble = (await response.text()).trim();
    }
  } catch (e) {
    // It may only be starting again: SILENT decides what is said.
    if (e instanceof TypeError === false && e.name !== 'AbortError') throw e;
  } finally {
    clearTimeout(timer);
    freshness();
  }
}

let turn = 0; // only the latest chain of looks goes on

async function keepLooking() {
  const mine = ++turn;
  while (mine === turn && !document.hidden) {
    try { await look(); } catch (e) { trouble = 'This page failed: ' + e.message + '.'; freshness(); }
    await new Promise(done => setTimeout(done, EVERY));
  }
}

document.addEventListener('visibilitychange', keepLooking);
window.addEventListener('resize', () => { if (answer) show(); });
setInterval(freshness, 1000);
keepLooking();
