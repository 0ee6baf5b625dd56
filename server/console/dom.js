// Makes elements; what comes from the server is text, never HTML.

/** Makes an element: h('td', {class: 'count'}, 3). A property that begins with "on" is a listener. */
export function h(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith('on')) {
      element.addEventListener(key.slice(2), value);
    } else if (value === true) {
      element.setAttribute(key, '');
    } else if (value !== false && value !== undefined && value !== null) {
      element.setAttribute(key, value);
    }
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

export const at = (id) => document.getElementById(id);

/** Puts children in a place. What had the focus or was scrolled there stays so: by data-key. */
export function show(place, ...children) {
  const focused = place.contains(document.activeElement) ? document.activeElement.dataset.key : undefined;
  const scrolled = place.querySelector('.scroll')?.scrollTop;
  place.replaceChildren(...children.filter((child) => child !== null && child !== undefined && child !== false));
  if (focused) {
    place.querySelector(`[data-key="${CSS.escape(focused)}"]`)?.focus();
  }
  if (scrolled) {
    place.querySelector('.scroll')?.scrollTo(0, scrolled);
  }
}

/** Makes a table. A column is {title, class, cell(row)}; `more(row)` may give what a row opens. */
export function table(label, columns, rows) {
  const head = h('tr', {}, columns.map((column) => h('th', {scope: 'col', class: column.class}, column.title)));
  const body = rows.map((row) => h('tr', {}, columns.map((column) => h('td', {class: column.class}, column.cell(row)))));
  return h('div', {class: 'scroll', tabindex: '0', role: 'region', 'aria-label': label},
    h('table', {}, h('caption', {class: 'hidden'}, label), h('thead', {}, head), h('tbody', {}, body)));
}

const KINDS = {
  FINISHED: 'good', ENABLED: 'good', COMPLETED: 'good', FAILED: 'bad', TIMED_OUT: 'bad', QUEUED: 'wait', RUNNING: 'wait',
};

export const badge = (word, kind = KINDS[word] ?? '') => h('span', {class: `badge ${kind}`}, word);

export const count = (number, one, many = one + 's') => `${number.toLocaleString('en')} ${number === 1 ? one : many}`;

export const time = (text) => (text ? text.replace('T', ' ').replace(/\.\d+Z$/, '').replace('Z', '') : '');

let fading = 0;

/** Says something for a moment. */
export function toast(text) {
  const place = at('toast');
  place.textContent = text;
  place.classList.add('shown');
  clearTimeout(fading);
  fading = setTimeout(() => place.classList.remove('shown'), 2500);
}
