// The other views: each is drawn when it is looked at, and anew when the stream tells of a change.
import {list, own} from './api.js';
import {at, badge, count, h, show, table, time, toast} from './dom.js';
import {ask, columnsOf, know, open, why} from './query.js';

const empty = (text) => h('p', {class: 'empty'}, text);
const refuse = (place, error) => show(place, h('p', {class: 'problem', role: 'alert'}, error.message));

// Stores

const unfolded = new Set(); // ids of stores whose columns are shown
let storesDrawn = '';

export async function stores() {
  const all = await list('/event-data-stores', 'event_data_stores');
  const text = JSON.stringify(all);
  if (text === storesDrawn) {
    return;
  }
  storesDrawn = text;
  show(at('stores'), all.length === 0 ? empty('There are no event data stores.') : h('div', {class: 'cards'}, all.map(drawStore)));
  const regions = [...new Set(['us-east-1', 'eu-west-1', ...all.map((store) => store.region)])];
  show(at('regions'), ...regions.map((region) => h('option', {value: region})));
  await know(all);
}

function drawStore(store) {
  const schema = h('div');
  const opener = h('button', {type: 'button', 'data-key': `schema ${store.arn}`, 'aria-expanded': 'false', onclick: () => {
    unfolded[unfolded.has(store.arn) ? 'delete' : 'add'](store.arn);
    drawSchema(opener, schema, store);
  }}, 'Schema');
  const card = h('article', {class: 'card', 'aria-label': store.name},
    h('div', {class: 'title'}, h('h3', {}, store.name), badge(store.status)),
    h('dl', {}, h('dt', {}, 'Events'), h('dd', {}, store.events.toLocaleString('en')), h('dt', {}, 'Kind'), h('dd', {}, store.kind),
      h('dt', {}, 'Account'), h('dd', {class: 'mono'}, `${store.account} ${store.region}`),
      h('dt', {}, 'Id'), h('dd', {class: 'mono'}, store.id)),
    h('div', {class: 'bar'}, h('button', {type: 'button', 'data-key': `ask ${store.arn}`, onclick: () => ask(store)}, 'Query'), opener),
    schema);
  if (unfolded.has(store.arn)) {
    drawSchema(opener, schema, store, card);
  }
  return card;
}

async function drawSchema(opener, place, store, card = opener.closest('.card')) {
  const opens = unfolded.has(store.arn);
  opener.setAttribute('aria-expanded', String(opens));
  card.classList.toggle('wide', opens);
  const columns = opens ? await columnsOf(store) : [];
  show(place, opens && table(`Columns of ${store.name}`, [
    {title: 'Column', class: 'mono', cell: (column) => column.member || column.name},
    {title: 'Type', class: 'cell', cell: (column) => column.type},
  ], columns));
}

// Queries

export async function queries() {
  const all = (await list('/queries', 'queries')).reverse();
  const told = at('query-why') ?? h('div', {id: 'query-why'});
  const actions = (query) => {
    const scope = `account=${query.account}&region=${query.region}`;
    const waits = query.status === 'QUEUED' || query.status === 'RUNNING';
    return h('span', {class: 'bar'},
      waits && h('button', {type: 'button', 'data-key': `release ${query.id}`, onclick: () => release(query, scope)}, 'Release'),
      !waits && query.rows > 0 && h('button', {type: 'button', 'data-key': `rows ${query.id}`, onclick: () => open(query)}, 'Rows'),
      !waits && query.rows === 0 && h('button', {type: 'button', 'data-key': `why ${query.id}`, onclick: () => why(query.id, told, scope)}, 'Why?'));
  };
  show(at('queries'), all.length === 0 ? empty('Nobody has asked anything yet.') : table('Queries', [
    {title: 'Status', cell: (query) => badge(query.status)},
    {title: 'Statement', class: 'statement', cell: (query) => [query.statement, query.error_message && h('div', {class: 'hint'}, query.error_message)].filter(Boolean)},
    {title: 'Rows', class: 'count', cell: (query) => query.rows.toLocaleString('en')},
    {title: 'Account', class: 'mono', cell: (query) => `${query.account} ${query.region}`},
    {title: 'Created', class: 'mono', cell: (query) => time(query.created)},
    {title: 'Actions', cell: actions},
  ], all), told);
}

async function release(query, scope) {
  try {
    await own('POST', `/queries/${query.id}/release?${scope}`);
  } catch (error) {
    toast(error.message);
  }
}

// The journal

const opened = new Set();

export async function journal() {
  const wanted = new URLSearchParams({limit: '100', order: 'newest'});
  for (const [name, value] of new FormData(at('journal-filter'))) {
    if (value) {
      wanted.set(name, value);
    }
  }
  const {entries, dropped} = await own('GET', `/journal?${wanted}`);
  const place = at('journal');
  if (entries.length === 0) {
    show(place, empty('No call is in the journal.'));
    return;
  }
  show(place, h('div', {class: 'scroll', tabindex: '0', role: 'region', 'aria-label': 'Calls'}, h('table', {},
    h('caption', {class: 'hidden'}, 'Calls, the latest first'),
    h('thead', {}, h('tr', {}, ['Time', 'Operation', 'Result', 'Account', 'ms'].map((title) => h('th', {scope: 'col', class: title === 'ms' ? 'count' : ''}, title)))),
    h('tbody', {}, entries.flatMap(drawCall)))),
  dropped > 0 && h('p', {class: 'hint'}, `${count(dropped, 'call')} had to make room.`));
}

function drawCall(entry) {
  const isOpen = opened.has(entry.id);
  const flip = () => {
    opened[isOpen ? 'delete' : 'add'](entry.id);
    journal();
  };
  const result = entry.error ? badge(entry.error.replace(/Exception$/, ''), 'bad') : badge('OK', 'good');
  const row = h('tr', {},
    h('td', {class: 'mono'}, time(entry.time).slice(11)),
    h('td', {}, h('button', {type: 'button', class: 'link', 'data-key': `call ${entry.id}`, 'aria-expanded': String(isOpen), onclick: flip}, entry.operation || '(unknown)')),
    h('td', {}, result, entry.fault ? h('span', {class: 'hint'}, ` by ${entry.fault}`) : ''),
    h('td', {class: 'mono'}, `${entry.account} ${entry.region}`),
    h('td', {class: 'count'}, entry.milliseconds.toFixed(2)));
  const print = (body) => (typeof body === 'string' ? body : JSON.stringify(body, null, 2));
  const more = h('tr', {}, h('td', {colspan: '5'}, h('div', {class: 'pair'},
    h('div', {}, h('h3', {}, 'Request'), h('pre', {class: 'json', tabindex: '0'}, print(entry.request))),
    h('div', {}, h('h3', {}, 'Answer'), h('pre', {class: 'json', tabindex: '0'}, print(entry.answer))))));
  return isOpen ? [row, more] : [row];
}

// The clock

let reading = null;

export async function clock() {
  learnTime(await own('GET', '/clock'));
}

/** Takes what the server says of the time, which goes on here. */
export function learnTime(told) {
  reading = {at: performance.now(), now: Date.parse(told.now), mode: told.mode, speed: told.scale ?? 1};
  drawTime();
}

export function drawTime() {
  if (!reading) {
    return;
  }
  const frozen = reading.mode === 'frozen';
  const passed = frozen ? 0 : (performance.now() - reading.at) * reading.speed;
  const text = new Date(reading.now + passed).toISOString().replace('T', ' ').slice(0, 19);
  at('now').textContent = `${text} UTC${frozen ? ' · frozen' : ''}`;
  at('now').classList.toggle('frozen', frozen);
  at('clock-now').textContent = `${text} UTC`;
  at('clock-mode').textContent = frozen ? 'The clock is frozen: nothing happens by time.'
    : reading.speed === 1 ? 'The clock runs.' : `The clock runs, ${reading.speed} times as fast as the machine\'s.`;
  at('freeze').disabled = frozen;
}

async function setClock(command) {
  try {
    learnTime(await own('POST', '/clock', command));
    at('clock-problem').textContent = '';
    return true;
  } catch (error) {
    at('clock-problem').textContent = error.message;
    return false;
  }
}

function instantOf(text) {
  const full = text.trim().replace(' ', 'T');
  const day = /^\d{4}-\d\d-\d\d$/.test(full) ? `${full}T00:00:00` : full;
  return day.endsWith('Z') ? day : `${day}Z`;
}

export function beginClock() {
  at('freeze').addEventListener('click', () => setClock({mode: 'frozen'}));
  at('unfreeze').addEventListener('click', () => setClock({mode: 'real'}));
  at('steps').addEventListener('click', (event) => event.target.value && setClock({advance: event.target.value}));
  at('advance').addEventListener('submit', (event) => {
    event.preventDefault();
    setClock({advance: new FormData(event.target).get('by').trim()});
  });
  at('scale').addEventListener('submit', (event) => {
    event.preventDefault();
    setClock({scale: Number(new FormData(event.target).get('scale'))});
  });
  at('set-clock').addEventListener('submit', (event) => {
    event.preventDefault();
    setClock({frozen_at: instantOf(new FormData(event.target).get('instant'))});
  });
  at('reset').addEventListener('click', async () => {
    if (confirm('Forget everything and go back to the seed?')) {
      await own('POST', '/reset');
      await clock();
      toast('Everything is at its seed.');
    }
  });
}

// Scripts and faults: shown as cards, changed as the JSON that GET answers and POST takes

const PLANS = [
  {path: '/query-scripts', title: 'Query scripts', about: 'How queries live and end. The first that fits decides.'},
  {path: '/faults', title: 'Faults', about: 'Which calls fail, and how.'},
];

export async function plan() {
  show(at('plan'), ...await Promise.all(PLANS.map(drawPlan)));
}

async function drawPlan(of) {
  const told = await own('GET', of.path);
  const [name] = Object.keys(told);
  const problem = h('p', {class: 'problem', role: 'alert'});
  const area = h('textarea', {rows: '8', spellcheck: 'false', 'aria-label': `${of.title} as JSON`, class: 'json', 'data-key': of.path});
  area.value = JSON.stringify(told[name], null, 2);
  const apply = async (text) => {
    try {
      await own('POST', of.path, {[name]: JSON.parse(text)});
      await plan();
      toast(`${of.title}: set.`);
    } catch (error) {
      show(problem, error.message, ...(error.problems ?? []).map((each) => h('div', {}, each.message)));
    }
  };
  return h('section', {class: 'plan', 'aria-label': of.title}, h('h3', {}, of.title), h('p', {class: 'hint'}, of.about),
    told[name].length === 0 ? empty('None is defined.') : h('div', {class: 'cards'}, told[name].map(drawItem)),
    h('details', {}, h('summary', {}, 'Change'), area, problem,
      h('div', {class: 'bar'}, h('button', {type: 'button', onclick: () => apply(area.value)}, 'Set'),
        h('button', {type: 'button', onclick: () => apply('[]')}, 'Remove all'))));
}

function drawItem(item, i) {
  const print = (value) => (Array.isArray(value) ? JSON.stringify(value)
    : typeof value === 'object' ? Object.entries(value).map(([name, each]) => `${name}: ${print(each)}`).join(', ') : String(value));
  return h('article', {class: 'card', 'aria-label': item.name || `Number ${i + 1}`}, h('h4', {}, item.name || `Number ${i + 1}`),
    h('dl', {}, Object.entries(item).filter(([name]) => name !== 'name')
      .flatMap(([name, value]) => [h('dt', {}, name), h('dd', {class: 'mono'}, print(value))])));
}

export {refuse};
