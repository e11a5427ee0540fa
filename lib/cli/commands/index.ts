import type { CliCommand } from '../command.js';
import { completion } from './completion.js';
import { diff } from './diff.js';
import { exportContract } from './exportContract.js';
import { generate } from './generate.js';
import { request } from './request.js';
import { tail } from './tail.js';

const others: readonly CliCommand[] = [generate, exportContract, diff, tail, request];

/** The commands of `rxgate`, in the order that the help lists them. */
export const commands: readonly CliCommand[] = [...others, completion(others)];
