// Talks to the server: our own API, the CloudTrail API, and the stream of events.
import {at} from './dom.js';

const V1 = new URL('v1', document.baseURI).pathname;

export class Refusal extends Error {
  constructor(status, body) {
    super(body.message ?? body.Message ?? `The server answered ${status}.`);
    this.status = status;
    this.code = body.code ?? body.__type ?? '';
    this.problems = body.problems ?? [];
  }
}

export const who = {
  get account() { return at('account').value.trim() || '123456789012'; },
  get region() { return at('region').value.trim() || 'us-east-1'; },
};

// A page that is left lets go of its requests: a browser may keep it, and has few connections to a server.
let leaving = new AbortController();
addEventListener('pagehide', () => leaving.abort());
addEventListener('pageshow', () => { leaving = leaving.signal.aborted ? new AbortController() : leaving; });

function headers(more = {}) {
  const token = sessionStorage.getItem('token');
  return token ? {...more, Authorization: `Bearer ${token}`} : more;
}

async function read(answer) {
  const text = await answer.text();
  let body = {};
  try {
    body = JSON.parse(text);
  } catch {
    body = {message: text};
  }
  if (answer.status === 401) {
    at('token').hidden = false;
  }
  if (!answer.ok) {
    throw new Refusal(answer.status, body);
  }
  return body;
}

/** Asks our own API: own('GET', '/clock'). Throws a Refusal. */
export async function own(method, path, body) {
  const text = body === undefined ? undefined : JSON.stringify(body);
  return read(await fetch(V1 + path, {
    method, body: text, headers: headers(text ? {'Content-Type': 'application/json'} : {}), signal: leaving.signal,
  }));
}

/** Lists all of a paged list. */
export async function list(path, key) {
  const items = [];
  let next = '';
  do {
    const page = await own('GET', `${path}${path.includes('?') ? '&' : '?'}limit=1000${next && `&next=${encodeURIComponent(next)}`}`);
    items.push(...page[key]);
    next = page.next ?? '';
  } while (next);
  return items;
}

/** Calls an operation of CloudTrail as the account and in the Region that the page names. */
export async function call(operation, request) {
  const day = new Date().toISOString().slice(0, 10).replaceAll('-', '');
  const scope = `${who.account}/${day}/${who.region}/cloudtrail/aws4_request`;
  return read(await fetch('/', {
    method: 'POST',
    body: JSON.stringify(request),
    signal: leaving.signal,
    headers: {
      'Content-Type': 'application/x-amz-json-1.1',
      'X-Amz-Target': `CloudTrail_20131101.${operation}`,
      Authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=none`,
    },
  }));
}

/** Reads the stream of events for ever: tell(type, data), and tell('on') and tell('off'). */
export async function follow(tell) {
  for (;;) {
    try {
      const answer = await fetch(`${V1}/events`, {headers: headers(), signal: leaving.signal});
      if (!answer.ok) {
        await read(answer);
      }
      tell('on');
      await drain(answer.body.getReader(), tell);
    } catch {
      // The server is away, or does not want us: try again.
    }
    tell('off');
    do {
      await new Promise((done) => setTimeout(done, 1500));
    } while (!at('token').hidden);
  }
}

async function drain(reader, tell) {
  const decoder = new TextDecoder();
  let text = '';
  for (;;) {
    const {done, value} = await reader.read();
    if (done) {
      return;
    }
    text += decoder.decode(value, {stream: true});
    const blocks = text.split('\n\n');
    text = blocks.pop();
    for (const block of blocks) {
      const type = /^event: (.*)$/m.exec(block)?.[1];
      const data = /^data: (.*)$/m.exec(block)?.[1];
      if (type && data) {
        tell(type, JSON.parse(data));
      }
    }
  }
}
