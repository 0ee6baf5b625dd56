// The editor: a textarea under which a painted copy of the text lies, and a list of completions.
import {h, show} from './dom.js';
import {KEYWORDS, placeOf, storesOf, tokens} from './sql.js';

const MOST_CHOICES = 50;

export class Editor {
  /** `words(stores)` gives what can be completed: [{word, about}], and `run()` is called by Ctrl+Enter. */
  constructor(root, {words, run}) {
    this.area = root.querySelector('textarea');
    this.paintPlace = root.querySelector('.paint');
    this.list = root.querySelector('.choices');
    this.words = words;
    this.run = run;
    this.choices = [];
    this.chosen = 0;
    this.wrong = null;
    this.area.addEventListener('input', () => { this.wrong = null; this.paint(); this.complete(false); });
    this.area.addEventListener('scroll', () => this.follow());
    this.area.addEventListener('keydown', (event) => this.key(event));
    this.area.addEventListener('blur', () => setTimeout(() => this.close(), 150));
    this.area.addEventListener('click', () => this.close());
  }

  get text() { return this.area.value; }
  set text(value) { this.area.value = value; this.wrong = null; this.paint(); }

  paint() {
    const parts = tokens(this.text).map((token) => {
      const hit = this.wrong !== null && token.begin <= this.wrong && this.wrong < token.begin + token.text.length;
      const painted = ['word', 'text', 'number', 'call', 'note', 'store'].includes(token.kind);
      return painted || hit
        ? h('span', {class: `${token.kind === 'store' ? 'number' : token.kind} ${hit ? 'wrong' : ''}`}, token.text)
        : token.text;
    });
    const end = this.wrong !== null && this.wrong >= this.text.length ? h('span', {class: 'wrong'}, ' ') : '';
    show(this.paintPlace, ...parts, end, '\n');
    this.follow();
  }

  follow() {
    this.paintPlace.scrollTop = this.area.scrollTop;
    this.paintPlace.scrollLeft = this.area.scrollLeft;
  }

  /** Marks the place of an error; answers it, or null where the message names none. */
  mark(message) {
    const place = placeOf(message, this.text);
    this.wrong = place && place.begin;
    this.paint();
    return place;
  }

  // Completion

  get begun() { return /[A-Za-z_][A-Za-z0-9_]*$/.exec(this.text.slice(0, this.area.selectionStart))?.[0] ?? ''; }

  complete(asked) {
    const begun = this.begun.toLowerCase();
    if (!asked && begun.length < 2) {
      this.close();
      return;
    }
    const fits = this.words(storesOf(this.text)).concat([...KEYWORDS].map((word) => ({word, about: 'keyword'})))
      .filter(({word}) => word.toLowerCase().includes(begun) && word.toLowerCase() !== begun);
    const rank = ({word}) => (word.toLowerCase().startsWith(begun) ? 0 : 1);
    this.choices = fits.sort((a, b) => rank(a) - rank(b)).slice(0, MOST_CHOICES);
    this.chosen = 0;
    if (this.choices.length === 0) {
      this.close();
      return;
    }
    this.list.hidden = false;
    this.place();
    this.draw();
  }

  place() {
    const before = this.text.slice(0, this.area.selectionStart - this.begun.length).split('\n');
    const style = getComputedStyle(this.area);
    const pen = (this.pen ??= document.createElement('canvas').getContext('2d'));
    pen.font = `${style.fontSize} ${style.fontFamily}`;
    const left = parseFloat(style.paddingLeft) + pen.measureText(before.at(-1)).width - this.area.scrollLeft;
    const top = parseFloat(style.paddingTop) + before.length * parseFloat(style.lineHeight) - this.area.scrollTop;
    this.list.style.left = `${Math.max(0, Math.min(left, this.area.clientWidth - 260))}px`;
    this.list.style.top = `${top + 2}px`;
  }

  draw() {
    show(this.list, ...this.choices.map(({word, about}, i) => h('li', {
      role: 'option', id: `choice-${i}`, 'aria-selected': String(i === this.chosen),
      onmousedown: (event) => { event.preventDefault(); this.chosen = i; this.take(); },
    }, word, h('small', {}, about))));
    this.area.setAttribute('aria-activedescendant', `choice-${this.chosen}`);
    this.list.children[this.chosen].scrollIntoView({block: 'nearest'});
  }

  close() {
    this.list.hidden = true;
    this.choices = [];
    this.area.removeAttribute('aria-activedescendant');
  }

  take() {
    const {word} = this.choices[this.chosen];
    const end = this.area.selectionStart;
    this.area.setRangeText(word, end - this.begun.length, end, 'end');
    this.area.focus();
    this.close();
    this.wrong = null;
    this.paint();
  }

  key(event) {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      this.close();
      this.run();
    } else if (event.key === ' ' && event.ctrlKey) {
      event.preventDefault();
      this.complete(true);
    } else if (this.choices.length > 0) {
      this.keyInList(event);
    }
  }

  keyInList(event) {
    const steps = {ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8};
    if (event.key in steps) {
      event.preventDefault();
      const count = this.choices.length;
      this.chosen = (this.chosen + steps[event.key] + count) % count;
      this.draw();
    } else if (event.key === 'Enter' || event.key === 'Tab') {
      event.preventDefault();
      this.take();
    } else if (event.key === 'Escape') {
      event.preventDefault();
      this.close();
    }
  }
}
