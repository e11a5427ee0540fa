/** A metric as a scraper would take it. */
export interface ParsedFamily {
  readonly help: string;
  readonly type: string;
  readonly samples: { readonly name: string; readonly labels: Readonly<Record<string, string>>; readonly value: number }[];
}

const unescape = (text: string, quoted: boolean): string =>
  text.replace(/\\(.?)/g, (_, escaped: string) => {
    if (escaped === 'n') return '\n';
    if (escaped === '\\' || (quoted && escaped === '"')) return escaped;
    throw new Error(`bad escape \\${escaped} in ${text}`);
  });

const numberOf = (text: string): number => {
  if (text === 'NaN') return NaN;
  if (/^[+-]?Inf$/.test(text)) return text.startsWith('-') ? -Infinity : Infinity;
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text)) throw new Error(`no number: ${text}`);
  return Number(text);
};

function labelsOf(text: string): Record<string, string> {
  const labels: Record<string, string> = {};
  let rest = text;
  while (rest) {
    const [all, name = '', value = ''] = /^([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\.)*)"(?:,|$)/.exec(rest) ?? [];
    if (all === undefined) throw new Error(`bad labels: ${rest}`);
    if (name in labels) throw new Error(`label twice: ${name}`);
    labels[name] = unescape(value, true);
    rest = rest.slice(all.length);
  }
  return labels;
}

/** The names of samples that a family of a type may have. */
const fits = (type: string, family: string, name: string, labels: object): boolean => {
  if (type === 'histogram')
    return name === `${family}_bucket` ? 'le' in labels : [`${family}_sum`, `${family}_count`].includes(name);
  if (type !== 'summary') return name === family;
  return name === family ? 'quantile' in labels : [`${family}_sum`, `${family}_count`].includes(name);
};

/** Buckets grow, in their bounds and in their counts, up to +Inf, which is the count; for each set of labels. */
function checkHistogram(name: string, samples: ParsedFamily['samples']): void {
  const groups = new Map<string, ParsedFamily['samples']>();
  for (const sample of samples) {
    const { le: _le, ...labels } = sample.labels;
    const key = JSON.stringify(Object.entries(labels).sort());
    groups.set(key, [...(groups.get(key) ?? []), sample]);
  }
  for (const [key, group] of groups) {
    const buckets = group.filter((sample) => sample.name === `${name}_bucket`);
    const bounds = buckets.map(({ labels }) => numberOf(labels.le ?? ''));
    const counts = buckets.map(({ value }) => value);
    const grows = (numbers: readonly number[]) =>
      numbers.every((number, index) => index === 0 || number >= (numbers[index - 1] ?? 0));
    const count = group.find((sample) => sample.name === `${name}_count`)?.value;
    if (!grows(bounds) || !grows(counts) || bounds.at(-1) !== Infinity || counts.at(-1) !== count)
      throw new Error(`no histogram: ${name} ${key}`);
    if (!group.some((sample) => sample.name === `${name}_sum`)) throw new Error(`a histogram without a sum: ${name} ${key}`);
  }
}

/**
 * Reads the text format 0.0.4 of Prometheus, more strictly than a scraper: HELP and TYPE before the samples of each family, families in one
 * piece, no series twice, counters that end in `_total`, and an end of line at the end.
 */
export function parsePrometheus(text: string): Map<string, ParsedFamily> {
  if (!text.endsWith('\n')) throw new Error('no end of line at the end');
  const families = new Map<string, ParsedFamily>();
  const series = new Set<string>();
  let current: { name: string; help: string; type?: string } | undefined;
  for (const line of text.slice(0, -1).split('\n')) {
    const [, keyword, name = '', rest = ''] = /^# (HELP|TYPE) ([a-zA-Z_:][a-zA-Z0-9_:]*) (.+)$/.exec(line) ?? [];
    if (keyword === 'HELP') {
      if (families.has(name)) throw new Error(`family twice: ${name}`);
      current = { name, help: unescape(rest, false) };
    } else if (keyword === 'TYPE') {
      if (current?.name !== name || current.type) throw new Error(`TYPE without its HELP: ${name}`);
      if (!/^(counter|gauge|summary|histogram|untyped)$/.test(rest)) throw new Error(`no type: ${rest}`);
      if (rest === 'counter' && !name.endsWith('_total')) throw new Error(`a counter without _total: ${name}`);
      current.type = rest;
      families.set(name, { help: current.help, type: rest, samples: [] });
    } else {
      const [all, sample = '', labelText = '', value = ''] =
        /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{((?:[^"}]|"(?:[^"\\]|\\.)*")*)\})? (\S+)$/.exec(line) ?? [];
      const family = families.get(current?.name ?? '');
      if (all === undefined || !family || !current) throw new Error(`no sample of a family: ${line}`);
      const labels = labelsOf(labelText);
      if (!fits(family.type, current.name, sample, labels)) throw new Error(`${sample} is no sample of ${current.name}`);
      const key = sample + JSON.stringify(Object.entries(labels).sort());
      if (series.has(key)) throw new Error(`series twice: ${line}`);
      series.add(key);
      family.samples.push({ name: sample, labels, value: numberOf(value) });
    }
  }
  for (const [name, { samples, type }] of families) {
    if (samples.length === 0) throw new Error(`a family without samples: ${name}`);
    if (type === 'histogram') checkHistogram(name, samples);
  }
  return families;
}
