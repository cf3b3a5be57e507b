import type { RunEvent } from '../contracts.js';

/** A line for each step that ended, until the engine's own progress is at hand. */
export const progressLines = (_options: { tty: boolean }): { event(event: RunEvent): void; end(): void } => ({
  event: (event) => {
    const data = event.data as { summary?: string; outcome?: string; message?: string; why?: string };
    if (event.type === 'step.finished') console.log(`  ${data.outcome === 'done' ? '✓' : '✗'} ${data.summary}${data.message ? `: ${data.message}` : ''}`);
    if (event.type === 'await.nearMiss') console.log(`      not it: ${data.why}`);
  },
  end: () => undefined,
});
