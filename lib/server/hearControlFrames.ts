import type { PeerLink } from './peerLink.js';

/** Told of each ping and pong of the WebSocket protocol; `false`: those behind it are not told. */
export type ControlFrameFilter = () => boolean;

/**
 * Puts a filter behind those that are told of each ping and pong of the WebSocket protocol. They are answered by then, and are no message: what a
 * filter decides is whether the next one is told, as `filterIntake` does for messages. Returns what takes it out again.
 */
export function hearControlFrames(link: Pick<PeerLink, 'controlFrames'>, filter: ControlFrameFilter): () => void {
  // The same function may be there already, for another stage.
  const mine: ControlFrameFilter = () => filter();
  link.controlFrames = [...(link.controlFrames ?? []), mine];
  return () => {
    const left = link.controlFrames?.filter((other) => other !== mine) ?? [];
    link.controlFrames = left.length > 0 ? left : undefined;
  };
}

/** A ping or pong of the WebSocket protocol came in. As with messages, nobody is told of those of a peer that is on its way out. */
export const tellControlFrame = (link: Pick<PeerLink, 'controlFrames' | 'open'>): void => {
  if (link.open) link.controlFrames?.every((filter) => filter());
};
