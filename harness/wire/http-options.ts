/** What a listener is given, and how long and how much it bears. */
import type { HttpHandler, Party, ReceivedHttp } from '../contracts.js';
import type { FramerLimits } from './http-framer.js';
import type { Recorder } from './recorder.js';

export interface ConnectionLimits extends FramerLimits {
  /** From the first byte of a request to the end of its header section. */
  headMs: number;
  /** Without a byte, inside a body. */
  bodyIdleMs: number;
  /** Between requests. */
  keepAliveMs: number;
  /** A peer that does not take our answer. */
  stallMs: number;
}
export interface ConnectionOptions {
  recorder: Recorder;
  simulator: string;
  limits: ConnectionLimits;
  initiator: Party;
  responder: Party;
  recognise(received: ReceivedHttp): Promise<string | undefined>;
  handler: HttpHandler;
}
