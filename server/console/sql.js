// What the editor knows of SQL: tokens for colours, words for completion, places of errors.

export const KEYWORDS = new Set(`ALL AND ANY ARRAY AS ASC BETWEEN BY CASE CAST CROSS CURRENT_DATE CURRENT_TIMESTAMP DATE DESC DISTINCT
ELSE END ESCAPE EXCEPT EXISTS EXTRACT FALSE FETCH FILTER FIRST FOLLOWING FROM FULL GROUP GROUPING HAVING IN INNER INTERSECT INTERVAL
IS JOIN LAST LATERAL LEFT LIKE LIMIT MAP NOT NULL NULLS OFFSET ON ONLY OR ORDER ORDINALITY OUTER OVER PARTITION PRECEDING RANGE
RIGHT ROW ROWS SELECT SETS THEN TIME TIMESTAMP TRUE TRY_CAST UNBOUNDED UNION UNNEST USING VALUES WHEN WHERE WINDOW WITH WITHIN`
  .split(/\s+/));

const TOKEN = new RegExp([
  /(?<note>--[^\n]*|\/\*[\s\S]*?(?:\*\/|$))/,
  /(?<text>'(?:[^']|'')*(?:'|$))/,
  /(?<quoted>"(?:[^"]|"")*(?:"|$))/,
  /(?<store>[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12})/,
  /(?<number>\b\d+(?:\.\d+)?(?:[eE][+-]?\d+)?\b)/,
  /(?<name>[A-Za-z_][A-Za-z0-9_]*)/,
  /(?<space>\s+)/,
  /(?<other>[\s\S])/,
].map((part) => part.source).join('|'), 'g');

/** Cuts a statement into {kind, text, begin}; together they are the whole text. */
export function tokens(text) {
  const found = [];
  for (const match of text.matchAll(TOKEN)) {
    let kind = Object.keys(match.groups).find((name) => match.groups[name] !== undefined);
    if (kind === 'name') {
      const called = /^\s*\(/.test(text.slice(match.index + match[0].length, match.index + match[0].length + 40));
      kind = KEYWORDS.has(match[0].toUpperCase()) ? 'word' : called ? 'call' : 'name';
    }
    found.push({kind, text: match[0], begin: match.index});
  }
  return found;
}

/** The ids of the stores that a statement names. */
export const storesOf = (text) => tokens(text).filter((token) => token.kind === 'store').map((token) => token.text.toLowerCase());

/** Finds the place in an error's message: {line, column, begin} with `begin` in the text; or null. */
export function placeOf(message, text) {
  const match = /line (\d+):(\d+)/.exec(message);
  if (!match) {
    return null;
  }
  const [line, column] = [Number(match[1]), Number(match[2])];
  const lines = text.split('\n');
  if (line > lines.length) {
    return null;
  }
  const before = lines.slice(0, line - 1).reduce((sum, each) => sum + each.length + 1, 0);
  return {line, column, begin: Math.min(before + column - 1, text.length), text: lines[line - 1]};
}
