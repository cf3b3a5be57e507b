/** The sequence of exchanges as SVG, drawn by hand so that it stands in the signed report without a script. */
import type { Exchange } from '../../harness/contracts.js';

const LANE = 205;
const ROW = 34;
const TOP = 58;
const escape = (text: string): string => text.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);

export interface SequenceRow {
  exchange: Exchange;
  anchor: string;
  /** How the answer is to be shown: `200`, `0000`, `no answer`. */
  answer: string;
  /** A violated requirement was found in it. */
  broken: boolean;
}

const nameOf = (party: Exchange['initiator']): string => (party.role === 'sut' ? 'System under test' : (party.actor ?? party.system));

export function sequenceSvg(rows: SequenceRow[]): string {
  const names = [...new Set(rows.flatMap((r) => [nameOf(r.exchange.initiator), nameOf(r.exchange.responder)]))];
  names.sort((a, b) => Number(b === 'System under test') - Number(a === 'System under test'));
  if (names.length === 0) return '';
  const width = LANE * names.length;
  const height = TOP + rows.length * ROW + 18;
  const x = (name: string): number => LANE / 2 + names.indexOf(name) * LANE;
  const lanes = names.map((name) => {
    const sut = name === 'System under test';
    return (
      `<line x1="${x(name)}" y1="40" x2="${x(name)}" y2="${height - 6}" class="lane"/>` +
      `<rect x="${x(name) - 94}" y="8" width="188" height="30" rx="5" class="${sut ? 'sut' : 'sim'}"/>` +
      `<text x="${x(name)}" y="27" text-anchor="middle" class="who">${escape(name)}</text>`
    );
  });
  const arrows = rows.map((row, index) => {
    const y = TOP + index * ROW + 14;
    const [from, to] = [x(nameOf(row.exchange.initiator)), x(nameOf(row.exchange.responder))];
    const self = from === to;
    const direction = to >= from ? 1 : -1;
    const path = self ? `M ${from} ${y} h 30 v 12 h -24` : `M ${from} ${y} H ${to - 6 * direction}`;
    const label = `${row.exchange.transaction ?? row.exchange.protocol.toUpperCase()} → ${row.answer}`;
    const middle = self ? from + 40 : (from + to) / 2;
    return (
      `<a href="#${row.anchor}"><path d="${path}" class="arrow${row.broken ? ' broken' : ''}" marker-end="url(#head${row.broken ? 'B' : ''})"/>` +
      `<text x="${middle}" y="${y - 5}" text-anchor="${self ? 'start' : 'middle'}" class="label${row.broken ? ' broken' : ''}">${escape(label)}</text></a>`
    );
  });
  const head = (id: string, css: string): string => `<marker id="${id}" markerWidth="8" markerHeight="8" refX="6" refY="4" orient="auto"><path d="M0,0 L8,4 L0,8 z" class="${css}"/></marker>`;
  return (
    `<svg class="sequence" role="img" aria-label="Sequence of exchanges" viewBox="0 0 ${width} ${height}" width="${width}" xmlns="http://www.w3.org/2000/svg">` +
    `<defs>${head('head', 'headfill')}${head('headB', 'headfill broken')}</defs>${lanes.join('')}${arrows.join('')}</svg>`
  );
}
