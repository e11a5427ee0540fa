/** A panel of bars, each a ratio to the base at 1. */
export interface Panel {
  readonly title: string;
  readonly base: string;
  /** Where our own bars are to end at most. */
  readonly target: number;
  readonly bars: readonly { readonly label: string; readonly ratio: number; readonly ours: boolean }[];
}

const columns = 2;
const width = 480;
const labels = 160;
const row = 18;
const head = 46;
const gap = 24;
/** The scale is logarithmic; a bar that would leave it is cut, and its number says how long it is. */
const scale = { from: 0.25, to: 16 } as const;

const escape = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
const placeOf = (ratio: number): number => {
  const inside = Math.min(scale.to, Math.max(scale.from, ratio));
  return (Math.log(inside / scale.from) / Math.log(scale.to / scale.from)) * (width - labels - 50);
};
const text = (x: number, y: number, content: string, more = ''): string =>
  `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" ${more}>${escape(content)}</text>`;

function panelAt({ title, base, target, bars }: Panel, x: number, y: number): string {
  const bottom = head + bars.length * row;
  const at = (ratio: number): string => (labels + placeOf(ratio)).toFixed(1);
  const line = (ratio: number, style: string): string =>
    `<line x1="${at(ratio)}" x2="${at(ratio)}" y1="${head - 6}" y2="${bottom}" ${style}/>`;
  const drawn = bars.map(({ label, ratio, ours }, index) => {
    const top = head + index * row;
    const name = text(labels - 8, top + 12, label, `text-anchor="end"${ours ? ' font-weight="600"' : ''}`);
    if (!(ratio > 0)) return name + text(labels + 4, top + 12, '–', 'fill="#888"');
    const colour = ours ? '#c2185b' : '#9aa7b1';
    const bar = `<rect x="${labels}" y="${top + 2}" width="${Math.max(1, placeOf(ratio)).toFixed(1)}" height="${row - 6}" rx="2" fill="${colour}"/>`;
    return name + bar + text(labels + placeOf(ratio) + 5, top + 12, ratio.toFixed(ratio < 10 ? 2 : 0));
  });
  return [
    `<g transform="translate(${x} ${y})">`,
    text(0, 14, title, 'font-size="14" font-weight="600"'),
    text(0, 30, `ratio to ${base}, less is better; the dashed line is rxgate's target, ${target}`, 'fill="#666" font-size="11"'),
    line(1, 'stroke="#444"'),
    line(target, 'stroke="#c2185b" stroke-dasharray="3 3"'),
    ...drawn,
    '</g>',
  ].join('\n');
}

/** A picture of all panels, as SVG. */
export function chart(panels: readonly Panel[]): string {
  const heights: number[] = Array.from({ length: columns }, () => gap);
  const drawn = panels.map((panel) => {
    // The next free place.
    const column = heights.indexOf(Math.min(...heights));
    const y = heights[column] as number;
    heights[column] = y + head + panel.bars.length * row + gap;
    return panelAt(panel, gap + column * (width + gap), y);
  });
  const size = { width: gap + columns * (width + gap), height: Math.max(...heights) };
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${size.width}" height="${size.height}" viewBox="0 0 ${size.width} ${size.height}" font-family="system-ui, sans-serif" font-size="12" fill="#222">
<rect width="100%" height="100%" fill="#fff"/>
${drawn.join('\n')}
</svg>
`;
}
