import type { Paint } from '../../gateway/cli/terminal.ts';
import type { RunResult } from './run.ts';

const grouped = new Intl.NumberFormat('en').format;
const titles = { own: "the gateway's own nats-server", apart: 'nats-server apart' } as const;

/** What was found, for people: one column a run. */
export function table(results: readonly RunResult[], paint: Paint): string {
  const width = 34;
  const row = (
    name: string,
    cell: (result: RunResult) => string,
    bad: (result: RunResult) => boolean = () => false,
  ) =>
    `  ${name.padEnd(12)}${results
      .map((result) => {
        const text = cell(result).padStart(width);
        return bad(result) ? paint('red', text) : text;
      })
      .join('')}`;
  const zero = (name: 'lost' | 'doubled' | 'inverted' | 'regressed' | 'unexplained') =>
    row(
      name,
      (result) => `${grouped(result[name])} ${result[name] === 0 ? '✓' : '✗'}`,
      (result) => result[name] > 0,
    );
  const sound = results.every(
    ({ lost, doubled, inverted, regressed, unexplained }) =>
      lost + doubled + inverted + regressed + unexplained === 0,
  );
  const rule = `  ${'─'.repeat(12 + width * results.length)}`;
  return [
    '',
    `  ${paint('bold', 'Faults')}  seed ${results[0]?.seed ?? ''}`,
    '',
    row('', ({ nats }) => titles[nats]),
    rule,
    row('accepted', ({ accepted }) => grouped(accepted)),
    row('', ({ inbound, outbound }) => `${grouped(inbound)} in, ${grouped(outbound)} out`),
    zero('lost'),
    zero('doubled'),
    zero('inverted'),
    zero('regressed'),
    rule,
    row('kills', ({ kills }) => grouped(kills)),
    row('faults', ({ faults }) => `${grouped(faults)} planned`),
    row('failed', ({ failed }) => `${grouped(failed)} with a reason`),
    row('repeated', ({ repeated }) => `${grouped(repeated)} passed over by id`),
    zero('unexplained'),
    row('took', ({ seconds }) => `${grouped(seconds)} s`),
    '',
    sound ? `  ${paint('green', 'Every promise was kept.')}` : `  ${paint('red', 'A promise was broken.')}`,
    ...results.flatMap(({ evidence, violations }) =>
      evidence === undefined
        ? []
        : [
            '',
            ...violations
              .slice(0, 10)
              .map(
                ({ fault, conversation, number, id, why }) =>
                  `  ${fault}: ${conversation === undefined ? id.toString(36) : `${conversation}/${number}`} ${why}`,
              ),
            `  the conversations, the plan and the whole history: ${evidence}`,
          ],
    ),
  ].join('\n');
}
