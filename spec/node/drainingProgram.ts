// A program that drains on signals; its lines tell what it does. Arguments: the gateway's url, the deadline, how it exits.
import { createGateway, type GatewayError } from 'rxgate';
import { drainOnSignals } from 'rxgate/node';
import { commandNotify } from 'rxgate/protocols';

const [url = '', deadline = '5000', exit] = process.argv.slice(2);
const gateway = createGateway({ url, protocol: commandNotify() });

drainOnSignals(gateway, ['SIGTERM', 'SIGINT'], {
  deadline: Number(deadline),
  // Without process.exit(): it ends by itself, if nothing is left.
  ...(exit !== 'default' && { exit: (report) => console.log('report', JSON.stringify(report)) }),
});

gateway.topic('ticks').subscribe({ next: (tick) => console.log('tick', tick), complete: () => console.log('topic completed') });
gateway.request<string>('slow').subscribe({
  next: (reply) => console.log('reply', reply),
  error: (error: unknown) => console.log('failed', (error as GatewayError).kind),
});
