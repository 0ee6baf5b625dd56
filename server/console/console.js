// Puts the page together: tabs, theme, who asks, and the stream that tells of changes.
import {follow, own} from './api.js';
import {at, h, show, toast} from './dom.js';
import {begin} from './query.js';
import {beginClock, clock, drawTime, journal, learnTime, plan, queries, refuse, stores} from './views.js';

const VIEWS = {query: null, stores, queries, journal, clock, plan};
const LISTENS = {query: ['queries'], event_data_store: ['stores'], journal: ['journal'], import: ['stores'], clock: []};
const REDRAW_EVERY = 400;
let shown = '';

// Tabs

const tabs = [...document.querySelectorAll('[role=tab]')];

function select(name, focus) {
  shown = name in VIEWS ? name : 'query';
  for (const tab of tabs) {
    const mine = tab.id === `tab-${shown}`;
    tab.setAttribute('aria-selected', String(mine));
    tab.tabIndex = mine ? 0 : -1;
    at(tab.getAttribute('aria-controls')).hidden = !mine;
    if (mine) {
      tab.scrollIntoView({block: 'nearest', inline: 'nearest'});
      if (focus) {
        tab.focus();
      }
    }
  }
  history.replaceState(null, '', `#${shown}`);
  draw(shown);
}

at('tabs').addEventListener('click', (event) => {
  const tab = event.target.closest('[role=tab]');
  if (tab) {
    select(tab.id.slice(4));
  }
});
at('tabs').addEventListener('keydown', (event) => {
  const here = tabs.findIndex((tab) => tab.getAttribute('aria-selected') === 'true');
  const to = {ArrowRight: here + 1, ArrowLeft: here - 1, Home: 0, End: tabs.length - 1}[event.key];
  if (to !== undefined) {
    event.preventDefault();
    select(tabs[(to + tabs.length) % tabs.length].id.slice(4), true);
  }
});

// What is drawn, and when: a view that is changed often is drawn at most every so often

const due = new Map();

async function draw(name) {
  try {
    await VIEWS[name]?.();
  } catch (error) {
    if (error.status !== 401) {
      refuse(at(name), error);
    }
  }
}

function drawSoon(name) {
  // What is being written in the view of plans is not to be lost.
  if (name !== 'plan' && (name === shown || name === 'stores') && !due.has(name)) {
    due.set(name, setTimeout(async () => {
      due.delete(name);
      await draw(name);
    }, REDRAW_EVERY));
  }
}

function tell(type, data) {
  if (type === 'on' || type === 'off') {
    at('live').className = `live ${type}`;
    at('live').querySelector('.text').textContent = type === 'on' ? 'live' : 'not connected';
    if (type === 'on') {
      drawSoon(shown);
      drawSoon('stores');
      clock().catch(() => {});
    }
  } else if (type === 'clock') {
    learnTime(data);
    drawSoon(shown);
  } else {
    for (const name of LISTENS[type] ?? []) {
      drawSoon(name);
    }
  }
}

// Theme: auto, light, dark

const THEMES = ['auto', 'light', 'dark'];
const dark = matchMedia('(prefers-color-scheme: dark)');

function paint() {
  const theme = localStorage.getItem('theme') ?? 'auto';
  at('theme').textContent = `Theme: ${theme}`;
  document.documentElement.dataset.theme = theme === 'auto' ? (dark.matches ? 'dark' : 'light') : theme;
}

at('theme').addEventListener('click', () => {
  const now = localStorage.getItem('theme') ?? 'auto';
  localStorage.setItem('theme', THEMES[(THEMES.indexOf(now) + 1) % THEMES.length]);
  paint();
});
dark.addEventListener('change', paint);

// Who asks, and the server's token

for (const name of ['account', 'region']) {
  at(name).value = localStorage.getItem(name) ?? {account: '123456789012', region: 'us-east-1'}[name];
  at(name).addEventListener('change', () => localStorage.setItem(name, at(name).value.trim()));
}
at('token').addEventListener('submit', (event) => {
  event.preventDefault();
  sessionStorage.setItem('token', new FormData(event.target).get('token'));
  at('token').hidden = true;
  start();
});

// The journal's controls

let typing = 0;
at('journal-filter').addEventListener('input', () => {
  clearTimeout(typing);
  typing = setTimeout(() => draw('journal'), 200);
});
at('journal-filter').addEventListener('submit', (event) => event.preventDefault());
at('journal-clear').addEventListener('click', async () => {
  await own('DELETE', '/journal');
  await draw('journal');
  toast('The journal is empty.');
});

async function start() {
  await draw('stores');
  try {
    const {operations} = await own('GET', '/operations?limit=1000');
    show(at('operations'), ...operations.map(({name}) => h('option', {value: name})));
  } catch {
    // Without them the field completes nothing.
  }
}

paint();
await begin();
beginClock();
select(location.hash.slice(1) || 'query');
await start();
setInterval(drawTime, 250);
follow(tell);
