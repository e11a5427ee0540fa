export { type DrainOnSignalsConfig, drainOnSignals } from './drainOnSignals.js';
