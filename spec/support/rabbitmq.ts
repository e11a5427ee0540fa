import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, startProgram } from './debianProgram.js';

/** A RabbitMQ of this test run alone. */
export interface RabbitMq {
  readonly port: number;
  /** Stops it, and removes what it wrote. */
  stop(): Promise<void>;
}

// Not the one in the PATH: that is a script which wants to be root or the broker's own user.
const server = '/usr/lib/rabbitmq/bin/rabbitmq-server';

/**
 * Starts a RabbitMQ that has STOMP over WebSocket, and nothing else, on 127.0.0.1. It knows the user `guest` with that passcode. Takes about
 * ten seconds, and some more on a busy machine.
 */
export async function startRabbitMq(): Promise<RabbitMq> {
  const folder = await mkdtemp(join(tmpdir(), 'rxgate-rabbitmq-'));
  const [port, epmdPort, distPort] = [await freePort(), await freePort(), await freePort()];
  const at = (name: string): string => join(folder, name);
  await writeFile(at('plugins'), '[rabbitmq_web_stomp].');
  await writeFile(
    at('rabbitmq.conf'),
    `listeners.tcp = none\nstomp.listeners.tcp = none\nweb_stomp.tcp.ip = 127.0.0.1\nweb_stomp.tcp.port = ${port}\n`,
  );
  // The name service of Erlang: started here, else the broker would leave one behind. In debug mode it says when it listens.
  const names = await startProgram('epmd', ['-d', '-address', '127.0.0.1', '-port', `${epmdPort}`], {
    ready: (output) => output.includes('running'),
  });
  const remove = async (): Promise<void> => {
    await names.stop();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    const broker = await startProgram(server, [], {
      within: 90_000,
      ready: (output) => output.includes('Server startup complete'),
      env: {
        // Where it keeps the cookie of Erlang.
        HOME: folder,
        ERL_EPMD_ADDRESS: '127.0.0.1',
        ERL_EPMD_PORT: `${epmdPort}`,
        RABBITMQ_CONF_ENV_FILE: at('none'),
        RABBITMQ_CONFIG_FILE: at('rabbitmq.conf'),
        RABBITMQ_DIST_PORT: `${distPort}`,
        RABBITMQ_ENABLED_PLUGINS_FILE: at('plugins'),
        RABBITMQ_LOG_BASE: at('log'),
        RABBITMQ_LOGS: '-',
        RABBITMQ_MNESIA_BASE: at('mnesia'),
        RABBITMQ_NODENAME: `rxgate-${port}@localhost`,
        RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: '-kernel inet_dist_use_interface {127,0,0,1}',
        // Without the script around it, which would have to pass signals on.
        RUNNING_UNDER_SYSTEMD: '1',
      },
    });
    return {
      port,
      stop: async () => {
        await broker.stop();
        await remove();
      },
    };
  } catch (error) {
    await remove();
    throw error;
  }
}
