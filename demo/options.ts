import { parseArgs } from 'node:util';

const usage = `npm run demo                  ends by itself after some 15 seconds
npm run demo -- --forever     begins again after the last day, until Ctrl-C
npm run demo -- --speed 1000  trading days per second; 340 unless told otherwise
npm run demo -- --help        prints this`;

/** The options of the command line. For `--help`, and for what it does not understand, it ends the process. */
export function readOptions(): { readonly forever: boolean; readonly speed: number } {
  try {
    const { values } = parseArgs({
      options: {
        forever: { type: 'boolean', default: false },
        speed: { type: 'string', default: '340' },
        help: { type: 'boolean', default: false },
      },
    });
    const speed = Number(values.speed);
    if (!(speed > 0)) throw new RangeError(`--speed must be a number of days, not "${values.speed}"`);
    if (!values.help) return { forever: values.forever, speed };
    console.log(usage);
    process.exit(0);
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${usage}`);
    process.exit(2);
  }
}
