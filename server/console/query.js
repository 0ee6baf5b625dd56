// The view of a statement: runs it, shows its rows, and tells why there are none.
import {call, list, own, who} from './api.js';
import {at, badge, count, h, show, table, toast} from './dom.js';
import {Editor} from './editor.js';

const PAGE = 1000;
let editor;
let functions = [];
const columns = new Map(); // by store id: [{name, type}]
let stores = [];
let current = null; // {id, rows, columns, next, text}

export async function begin() {
  editor = new Editor(at('editor'), {words, run});
  at('run').addEventListener('click', run);
  at('cancel').addEventListener('click', cancel);
  at('copy').addEventListener('click', copy);
  at('csv').addEventListener('click', save);
  at('why').addEventListener('click', () => why(current.id));
  editor.text = localStorage.getItem('sql') ?? '';
}

/** Learns the stores, once they are listed: the editor needs their columns. */
export async function know(all) {
  stores = all;
  if (editor.text === '' && stores.length > 0) {
    editor.text = sample(stores[0]);
    use(stores[0]);
  }
  if (functions.length === 0) {
    functions = await list('/functions', 'functions');
  }
  for (const store of stores.slice(0, 30)) {
    await columnsOf(store);
  }
}

/** The columns of a store: [{name, member, type}]. */
export async function columnsOf(store) {
  if (!columns.has(store.id)) {
    const scope = `account=${store.account}&region=${store.region}`;
    columns.set(store.id, (await own('GET', `/event-data-stores/${store.id}/schema?${scope}`)).columns);
  }
  return columns.get(store.id);
}

const sample = (store) => `SELECT eventTime, eventName, awsRegion\nFROM ${store.id}\nORDER BY eventTime DESC\nLIMIT 20`;

function use(store) {
  at('account').value = store.account;
  at('region').value = store.region;
}

/** Begins a statement over a store. */
export function ask(store, text = sample(store)) {
  use(store);
  editor.text = text;
  at('tab-query').click();
  editor.area.focus();
}

function words(named) {
  const ids = named.length > 0 ? named : stores.map((store) => store.id);
  const found = new Map();
  for (const id of ids) {
    for (const column of columns.get(id) ?? []) {
      found.set(column.member ?? column.name, {word: column.member || column.name, about: column.type.slice(0, 40)});
    }
  }
  for (const each of functions) {
    found.set(each.name + '(', {word: each.name, about: each.signature});
  }
  for (const store of stores) {
    found.set(store.id, {word: store.id, about: store.name});
  }
  return [...found.values()];
}

function fail(error) {
  const place = editor.mark(error.message);
  show(at('problem'), error.message, place && h('pre', {}, `${place.text}\n${' '.repeat(place.column - 1)}^`));
  say('');
}

function say(...parts) {
  show(at('state'), ...parts);
}

async function run() {
  const text = editor.text.trim();
  if (!text) {
    return;
  }
  localStorage.setItem('sql', editor.text);
  show(at('problem'));
  show(at('results'));
  show(at('why-panel'));
  at('results-bar').hidden = true;
  editor.mark('');
  say('starting');
  try {
    const {QueryId: id} = await call('StartQuery', {QueryStatement: editor.text});
    at('cancel').disabled = false;
    current = {id, rows: [], columns: [], scope: `account=${who.account}&region=${who.region}`};
    await finish(id, performance.now());
  } catch (error) {
    fail(error);
  } finally {
    at('cancel').disabled = true;
  }
}

async function finish(id, began) {
  for (;;) {
    const {query} = await own('GET', `/queries/${id}/wait?timeout=20s&${current.scope}`);
    say(badge(query.status), ` after ${Math.round(performance.now() - began)} ms`);
    if (current.id !== id) {
      return;
    }
    if (query.status === 'FINISHED' || query.status === 'TIMED_OUT') {
      await more();
      return;
    }
    if (query.status !== 'QUEUED' && query.status !== 'RUNNING') {
      show(at('problem'), `The query is ${query.status}. ${query.error_message}`.trim());
      return;
    }
  }
}

async function cancel() {
  try {
    await call('CancelQuery', {QueryId: current.id});
  } catch (error) {
    toast(error.message);
  }
}

/** Shows the rows of a query that has ended. */
export async function open(query) {
  use(query);
  editor.text = query.statement;
  at('tab-query').click();
  show(at('problem'));
  show(at('why-panel'));
  current = {id: query.id, rows: [], columns: [], scope: `account=${query.account}&region=${query.region}`};
  say(badge(query.status));
  try {
    await more();
  } catch (error) {
    fail(error);
  }
}

async function more() {
  const page = await call('GetQueryResults', {
    QueryId: current.id, MaxQueryResults: PAGE, ...(current.next ? {NextToken: current.next} : {}),
  });
  for (const row of page.QueryResultRows ?? []) {
    current.rows.push(row.map((cell) => Object.values(cell)[0]));
    current.columns = row.map((cell) => Object.keys(cell)[0]);
  }
  current.next = page.NextToken;
  current.total = page.QueryStatistics?.TotalResultsCount ?? current.rows.length;
  draw();
}

function draw() {
  at('results-bar').hidden = false;
  at('results-title').textContent = count(current.total, 'row');
  at('why').hidden = current.total > 0;
  at('copy').disabled = at('csv').disabled = current.total === 0;
  if (current.total === 0) {
    show(at('results'), h('p', {class: 'empty'}, 'The result has no rows.'));
    return;
  }
  const cell = (value) => (value === null || value === undefined ? h('span', {class: 'hint'}, 'NULL') : value);
  const shown = current.columns.map((title, i) => ({title, class: 'cell', cell: (row) => cell(row[i])}));
  show(at('results'), table('Rows', shown, current.rows),
    current.next && h('div', {class: 'bar'}, h('button', {type: 'button', onclick: more},
      `Show ${Math.min(PAGE, current.total - current.rows.length)} more of ${current.total}`)));
}

async function whole() {
  while (current.next) {
    await more();
  }
  return [current.columns, ...current.rows.map((row) => row.map((value) => value ?? ''))];
}

async function copy() {
  const text = (await whole()).map((row) => row.map((value) => value.replaceAll(/[\t\n\r]/g, ' ')).join('\t')).join('\n');
  await navigator.clipboard.writeText(text);
  toast('Copied.');
}

async function save() {
  const quote = (value) => (/[",\n\r]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value);
  const text = (await whole()).map((row) => row.map(quote).join(',')).join('\r\n') + '\r\n';
  const url = URL.createObjectURL(new Blob([text], {type: 'text/csv'}));
  const link = h('a', {href: url, download: `${current.id}.csv`});
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}

/** Shows which conditions lose the rows of a query. */
export async function why(id, place = at('why-panel'), scope = current.scope) {
  try {
    const told = await own('GET', `/queries/${id}/explain?${scope}`);
    show(place, h('div', {class: 'card'}, h('h3', {}, 'Why no rows?'),
      told.problem && h('p', {class: 'hint'}, told.problem), told.clauses.map(drawClause)));
  } catch (error) {
    show(place, h('p', {class: 'problem'}, error.message));
  }
}

function drawClause(clause) {
  const step = (text, rows, first) => h('li', {}, h('code', {}, text), h('span', {class: rows === 0 ? 'zero' : ''}, count(rows, 'row')),
    h('meter', {min: 0, max: Math.max(clause.rows, 1), value: rows, 'aria-label': `${text}: ${rows} rows`}));
  return h('div', {}, h('ul', {class: 'steps'}, step(`${clause.clause} (line ${clause.line})`, clause.rows),
    clause.conditions.map((condition) => step(condition.text, condition.rows_left))),
  clause.hint && h('p', {}, clause.hint),
  clause.existing_values.length > 0 && h('p', {class: 'hint'}, clause.hint.endsWith(':') ? '' : 'Values that exist: ',
    clause.existing_values.map((each) => `${each.value} (${each.rows})`).join(', ')));
}
