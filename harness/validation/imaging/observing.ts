/** Return types for the generators of checks that end early by `return yield …`. */
import type { Observation } from '../../contracts.js';

export type Observing = Generator<Observation, void, void>;
export type ObservingAsync = AsyncGenerator<Observation, void, void>;
