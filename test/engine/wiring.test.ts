import { expect } from 'chai';
import { settingsFor, startOrder, listenerValues, type WiringContext } from '../../harness/engine/wiring.js';
import { foreignExchanges } from '../../harness/engine/foreign.js';
import { resolveReferences, referencesIn, follow } from '../../harness/engine/references.js';
import type { Exchange, Json, ViewSource } from '../../harness/contracts.js';
import { sutFor } from './fakes.js';

describe('wiring of simulators', () => {
  const context: WiringContext = { sut: sutFor('http://h/x'), endpoint: (simulator, name) => (simulator === 'document-registry' && name === 'url' ? 'http://r/registry' : undefined), token: 'abc', port: 7 };

  it('starts a simulator behind those that it needs', () => {
    expect(startOrder(['pacs', 'document-repository', 'document-registry'])).to.deep.equal(['pacs', 'document-registry', 'document-repository']);
    expect(startOrder(['document-repository'])).to.deep.equal(['document-repository']);
  });

  it('tells the repository where the registry is, and leaves out what is not known', () => {
    expect(settingsFor('document-repository', context)).to.deep.equal({ port: 7, token: 'abc', registryUrl: 'http://r/registry' });
    expect(settingsFor('document-repository', { ...context, endpoint: () => undefined })).to.deep.equal({ port: 7, token: 'abc' });
    expect(settingsFor('somebody-new', context)).to.deep.equal({ port: 7 });
  });

  it('tells a hook only of what runs', () => {
    expect(listenerValues((simulator, name) => (simulator === 'document-repository' && name === 'url' ? 'http://d' : undefined))).to.deep.equal({ 'repository.url': 'http://d' });
  });
});

describe('references', () => {
  const scope: Json = { study: { uid: '1.2', n: 3, list: ['a'] } };
  const lookup = (names: readonly string[], reference: string): Json => follow(scope, names) ?? `?${reference}`;

  it('give the value itself where they stand alone, and text within text', () => {
    expect(resolveReferences({ a: '${study}', b: ['x ${study.uid} ${study.n}'] }, lookup)).to.deep.equal({ a: { uid: '1.2', n: 3, list: ['a'] }, b: ['x 1.2 3'] });
  });

  it('refuse objects within text, and what is no name', () => {
    expect(() => resolveReferences('x ${study}', lookup)).to.throw('whole object');
    for (const bad of ['${}', '${1}', '${a..b}', '${a b}', '${a[0]}', '${constructor()}']) expect(() => resolveReferences(bad, lookup), bad).to.throw('is no name');
  });

  it('reach own members only', () => {
    expect(follow(scope, ['study', 'constructor'])).to.equal(undefined);
    expect(follow(scope, ['__proto__'])).to.equal(undefined);
    expect(follow(scope, ['study', 'uid', 'length'])).to.equal(undefined);
  });

  it('are not looked for in what they brought', () => {
    expect(resolveReferences('${study.uid}', () => '${study.n}')).to.equal('${study.n}');
    expect(referencesIn(['${a.b}', { c: 'x ${d} ${e}' }]).map((r) => [r.at.join('/'), r.text])).to.deep.equal([['0', '${a.b}'], ['1/c', '${d}'], ['1/c', '${e}']]);
  });
});

describe('messages of others', () => {
  const views: ViewSource = { view: async () => undefined };
  const exchange: Exchange = {
    id: 'e', run: 'r', connection: 'c', protocol: 'http', vantage: 'terminated', ended: 'complete', transaction: 'RAD-68', messages: [],
    initiator: { role: 'sut', system: 'sut', address: '' }, responder: { role: 'simulator', system: 'document-repository', address: '' },
  };
  it('stay with the attempt unless they say that they are for somebody else', async () => {
    const awaited = { attempt: 'a', index: 0, transaction: 'RAD-68', at: 'document-repository', withinMs: 1, until: '', where: { study: '1.2' } };
    expect(await foreignExchanges([exchange], [awaited], new Set(), views)).to.deep.equal([]);
    expect(await foreignExchanges([exchange], [], new Set(), views)).to.deep.equal([]);
  });
});
