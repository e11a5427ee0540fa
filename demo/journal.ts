import { appendFileSync, existsSync, readFileSync } from 'node:fs';

/** What the gateway answers to an order. */
export interface Receipt {
  readonly order: number;
  readonly price: number;
  /** The order had come before: it was not executed again. */
  readonly repeated?: boolean;
}

/** What survives a crash of the gateway: when the market opened, and every order that was executed. */
export interface Journal {
  readonly opened: number;
  /** The receipts by the key of their request. */
  readonly receipts: ReadonlyMap<string, Receipt>;
  /** Writes an order down, before anybody is told that it was executed. */
  record(key: string, receipt: Receipt): void;
}

type Entry = { readonly opened: number } | { readonly key: string; readonly receipt: Receipt };

/** Opens a journal, or begins one. It is a file with one line of JSON per entry. */
export function openJournal(file: string): Journal {
  const write = (entry: Entry): void => appendFileSync(file, `${JSON.stringify(entry)}\n`);
  if (!existsSync(file)) write({ opened: Date.now() });

  const entries = readFileSync(file, 'utf8').trim().split('\n');
  const receipts = new Map<string, Receipt>();
  let opened = 0;
  for (const line of entries) {
    const entry = JSON.parse(line) as Entry;
    if ('opened' in entry) opened = entry.opened;
    else receipts.set(entry.key, entry.receipt);
  }
  return {
    opened,
    receipts,
    record: (key, receipt) => {
      write({ key, receipt });
      receipts.set(key, receipt);
    },
  };
}
