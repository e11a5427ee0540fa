import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import * as rxgate from 'rxgate';
import ts from 'typescript';

const values = [
  // sessions
  'connect',
  // contracts
  'contract',
  'topicTemplate',
  'failover',
  'verdictOnClose',
  'verdictOnStatus',
  'verdictTable',
  // stages
  'authenticate',
  'heartbeat',
  'retryBackoff',
  'shareSession',
  // calls
  'drain',
  'notifications',
  'request',
  'requestEach',
  'send',
  'topic',
  // backoff strategies
  'decorrelatedJitter',
  'equalJitter',
  'exponential',
  'fixedDelays',
  'fullJitter',
  'proportionalJitter',
  // assembled
  'createGateway',
  'createGateways',
  // states and events
  'connectionStates',
  'connectionTransitions',
  'createCounters',
  'logTo',
  'metrics',
  'sampleMetrics',
  // errors
  'AuthenticationError',
  'ConnectFailedError',
  'ConnectTimeoutError',
  'ConnectionLostError',
  'GatewayClosedError',
  'GatewayError',
  'HandshakeRejectedError',
  'HeartbeatTimeoutError',
  'MalformedMessageError',
  'OutboxOverflowError',
  'RequestFailedError',
  'RequestTimeoutError',
  'SubscriptionRejectedError',
  'ValidationError',
  'isGatewayError',
];

const types = [
  // contracts
  'ClientContract',
  'ClientOf',
  'CommandArgs',
  'DataOf',
  'ReplyOf',
  'GatewayErrorOf',
  'TaggedGatewayError',
  'CommandCodecs',
  'ConcreteTopic',
  'ContractDefinition',
  'ContractOf',
  'CoversPlaceholders',
  'NotificationData',
  'NotificationName',
  'Received',
  'ReceivedParams',
  'Sent',
  'SentParams',
  'ServerContract',
  'ServerOf',
  'TopicArgs',
  'TopicCodecs',
  'TopicPlaceholder',
  'TopicTemplate',
  'TopicTemplateParams',
  'Validation',
  // others
  'AnySession',
  'AnsweredErrorOptions',
  'AuthenticateConfig',
  'BackoffContext',
  'BackoffStrategy',
  'CancelMessage',
  'ClosedMessage',
  'Codec',
  'CommandName',
  'AnswerOf',
  'AskOf',
  'FittingItems',
  'ItemsOf',
  'CommandCall',
  'CommandOf',
  'ConfirmationMessage',
  'Encoded',
  'ConnectConfig',
  'ConnectionState',
  'ConnectionStatus',
  'Contract',
  'Counters',
  'DrainConfig',
  'DrainReport',
  'DropReason',
  'DurationSummary',
  'EndedMessage',
  'EventObserver',
  'Failover',
  'FailureMessage',
  'Frame',
  'Gateway',
  'GatewayConfig',
  'GatewayErrorKind',
  'GatewayErrorOptions',
  'GatewayEvent',
  'Gateways',
  'Greeting',
  'GreetingOutcome',
  'HandshakeContext',
  'HeartbeatConfig',
  'HeartbeatDefaults',
  'Histogram',
  'IoTsIssue',
  'IoTsOutcome',
  'IoTsPayload',
  'LogOptions',
  'LogTarget',
  'MalformedMessage',
  'Message',
  'MessageId',
  'MessageKind',
  'Metrics',
  'MetricsOptions',
  'NotificationMessage',
  'Opened',
  'OtherMessage',
  'PayloadCodec',
  'PingMessage',
  'PongMessage',
  'Position',
  'Protocol',
  'Provider',
  'ProviderContext',
  'RefusalMessage',
  'RejectReason',
  'ReplyMessage',
  'RequestEachConfig',
  'RequestMessage',
  'RequestOptions',
  'RetryPolicy',
  'SendMessage',
  'SendOptions',
  'Session',
  'SessionEnd',
  'Settled',
  'ShareConfig',
  'SocketLike',
  'SocketOptions',
  'StandardIssue',
  'StandardOutcome',
  'StandardPayload',
  'SubscribeMessage',
  'TopicName',
  'TopicOptions',
  'TopicParams',
  'UnsubscribeMessage',
  'Untyped',
  'UpgradeRefusal',
  'Verdict',
  'VerdictErrorOptions',
  'VerdictRule',
];

describe('rxgate', () => {
  /** The names that lib/index.ts exports: types leave no trace at run time, so they are read from the source. */
  const exported = (ofTypes: boolean): string[] => {
    const source = ts.createSourceFile(
      'index.ts',
      readFileSync(new URL('../lib/index.ts', import.meta.url), 'utf8'),
      ts.ScriptTarget.Latest,
    );
    return source.statements.flatMap((statement) => {
      if (!ts.isExportDeclaration(statement) || !statement.exportClause || !ts.isNamedExports(statement.exportClause))
        throw new Error(`lib/index.ts holds more than named exports: ${statement.getText(source)}`);
      return statement.exportClause.elements
        .filter((element) => (statement.isTypeOnly || element.isTypeOnly) === ofTypes)
        .map((element) => element.name.text);
    });
  };

  it('exports these values and no others', () => {
    expect(Object.keys(rxgate)).to.have.members(values);
    expect(exported(false)).to.have.members(values);
  });

  it('exports these types and no others', () => {
    expect(exported(true)).to.have.members(types);
  });

  it('leaves none of its values undefined', () => {
    const all: Record<string, unknown> = { ...rxgate };
    expect(Object.keys(all).filter((name) => all[name] === undefined)).to.deep.equal([]);
  });
});
