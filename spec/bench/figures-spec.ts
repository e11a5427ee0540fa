import { expect } from 'chai';
import { chart } from '../../bench/chart.js';
import { benches } from '../../bench/client/benches.js';
import { targetsOf } from '../../bench/client/measureClient.js';
import { median, percentile, ratios, spread } from '../../bench/figures.js';
import { sharesOf } from '../../bench/sharesOf.js';

describe('the benchmark', () => {
  it('takes ratios round by round, and the median of them', () => {
    const overRaw = ratios([2, 30, 5], [1, 10, 10]);
    expect(overRaw).to.deep.equal([2, 3, 0.5]);
    expect(median(overRaw)).to.equal(2);
    expect(median([1, 4, 2, 100])).to.equal(3);
    expect(spread(overRaw, 1)).to.equal('2.0 (0.5–3.0)');
    expect(percentile([5, 1, 4, 2, 3], 0.5)).to.equal(3);
  });

  it('judges the operators and createGateway by the target of the bench, over its base', () => {
    const ratio = new Map([
      ['raw', 1],
      ['rxgate', 0.6],
      ['gateway', 0.9],
    ] as const);
    const verdicts = targetsOf([{ name: 'requests', rounds: new Map(), ratio }]);
    const { title, target } = benches.requests;
    expect(verdicts).to.deep.equal([
      { what: `${title}, operators, over raw ws`, figure: 0.6, limit: target },
      { what: `${title}, createGateway, over raw ws`, figure: 0.9, limit: target },
    ]);
  });

  it('keeps the older limit, of many topics over one', () => {
    const result = (name: 'topic' | 'topics', figure: number) => ({
      ...{ name, rounds: new Map() },
      ratio: new Map([['rxgate', figure]] as const),
    });
    const last = targetsOf([result('topic', 1), result('topics', 1.5)]).at(-1);
    expect(last).to.deep.include({ figure: 1.5, limit: 1.25 });
  });

  it('adds up a profile by file and function, without the time in which nothing was done', () => {
    const frame = (functionName: string, url = '') => ({ functionName, url, scriptId: '0', lineNumber: 6, columnNumber: 0 });
    const { total, files, functions } = sharesOf({
      nodes: [
        { id: 1, callFrame: frame('(idle)') },
        { id: 2, callFrame: frame('send', 'file:///x/node_modules/ws/lib/sender.js') },
        { id: 3, callFrame: frame('(garbage collector)') },
      ],
      ...{ startTime: 0, endTime: 10_000, samples: [1, 2, 3, 2], timeDeltas: [0, 5_000, 1_000, 3_000] },
    });
    expect(total).to.equal(4);
    expect(files).to.deep.equal([
      ['(garbage collector)', 3],
      ['ws/lib/sender.js', 1],
    ]);
    expect(functions.map(([name]) => name)).to.deep.equal(['(garbage collector)', 'send ws/lib/sender.js:7']);
  });

  it('draws a bar per client, a longer one for a larger ratio, a dash for none, and cuts what leaves the scale', () => {
    const bar = (label: string, ratio: number) => ({ label, ratio, ours: label === 'rxgate' });
    const bars = [bar('rxgate', 0.5), bar('raw <ws>', 1), bar('slow', 300), bar('slower', 400), bar('none', NaN)];
    const svg = chart([{ title: 'requests', base: 'raw', target: 0.7, bars }]);
    const widths = [...svg.matchAll(/<rect x="\d+" y="\d+" width="([\d.]+)"/g)].map(([, width]) => Number(width));
    expect(widths).to.have.length(4);
    const [ours = 0, raw = 0, slow, slower] = widths;
    expect(ours).to.be.below(raw);
    expect(slow).to.equal(slower);
    expect(svg).to.include('raw &lt;ws>').and.include('>300<').and.include('>–<');
  });
});
