import type { Observable } from 'rxjs';
import type { AnySession } from '../connection/session.js';
import type { CommandName, Contract, TopicName } from '../contract/contract.js';
import type { TopicPlaceholder } from '../contract/topicTemplate.js';
import type { CommandHandler } from './commands.js';
import type { HandlerContext } from './handlerContext.js';
import type { ServedBy } from './peer.js';
import type { TopicContext, TopicHandler } from './topicHandler.js';

/** What a handler may return for a payload: it, or a promise, an async iterable or an observable of it. */
export type Handled<Payload> = Payload | PromiseLike<Payload> | AsyncIterable<Payload> | Observable<Payload>;

/** Where there is nothing to say, whatever a handler returns will do. */
type Answer<Payload> = [Payload] extends [undefined] ? unknown : Handled<Payload>;

type Produced<Data> = Exclude<Handled<Data>, Data>;

/** Which names of a contract are answered by other stages: a list of them, or `true` for any that the table does not have. */
export type Elsewhere<Name extends string = string> = true | readonly Name[];

/** All of it, but for what is elsewhere, which is not to be here as well. */
type Complete<Table, E> = E extends true
  ? Partial<Table>
  : E extends readonly (infer Name)[]
    ? { readonly [K in Exclude<keyof Table, Name>]: Table[K] } & { readonly [K in keyof Table & Name]?: never }
    : Table;

type TypedCommands<C extends Contract, S extends AnySession> = {
  readonly [K in CommandName<C>]: (
    data: C['commands'][K]['request'],
    context: HandlerContext<S>,
  ) => Answer<C['commands'][K]['reply']>;
};

type TypedTopics<C extends Contract, S extends AnySession> = {
  readonly [T in TopicName<C>]: (
    params: C['topics'][T]['params'] extends undefined ? Readonly<Record<string, never>> : C['topics'][T]['params'],
    context: TopicContext<S>,
  ) => Produced<C['topics'][T]['data']>;
};

/** The commands of the contract that the peers are served by; `never` where there is none. */
export type ServedCommand<S> = string extends CommandName<ServedBy<S>> ? never : CommandName<ServedBy<S>>;

/** The topics of the contract that the peers are served by; `never` where there is none. */
export type ServedTopic<S> = string extends TopicName<ServedBy<S>> ? never : TopicName<ServedBy<S>>;

/**
 * The handlers of `commands`. Behind `serve({ contract })` it is one for each command of the contract, less those that are `elsewhere`; without a
 * contract any names.
 */
export type CommandHandlers<S extends AnySession, E = readonly []> =
  string extends CommandName<ServedBy<S>>
    ? Readonly<Record<string, CommandHandler<S>>>
    : Complete<TypedCommands<ServedBy<S>, S>, E>;

/** What the template of a topic names, as a handler is given it. */
type Named<Template extends string> = { readonly [Name in TopicPlaceholder<Template>]: string };

/** The handlers of `topics`: as {@link CommandHandlers}, by template. Without a contract the parameters are those that each template names. */
export type TopicHandlers<S extends AnySession, E = readonly [], Template extends string = string> =
  string extends TopicName<ServedBy<S>>
    ? { readonly [T in Template]: TopicHandler<S, Named<T>> }
    : Complete<TypedTopics<ServedBy<S>, S>, E>;
