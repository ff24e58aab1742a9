import type { Log } from '../../connectors/contract/host.ts';

/** The whole way out, whatever hangs. */
const hardLimitMs = 8500;

/** npm passes an interrupt on that the terminal has already given to everyone: what comes this soon is the same one. */
const sameMs = 1000;

export interface Shutdown {
  /** What to finish; called once. */
  stop: () => Promise<void>;
  log: Log;
  /** Started by npm, which when killed cannot tell us: its end is then ours too. */
  underNpm: boolean;
}

/** SIGTERM and SIGINT finish what is in hand and leave within 10 s; a second one leaves at once. */
export function stopOnSignals({ stop, log, underNpm }: Shutdown): void {
  let firstAtMs: number | undefined;
  const leave = (reason: string, code: number): never => {
    log.info('gateway.left', { reason });
    process.exit(code);
  };
  const onSignal = (signal: NodeJS.Signals | 'parent gone') => {
    const nowMs = performance.now();
    if (firstAtMs !== undefined) {
      if (nowMs - firstAtMs > sameMs) leave('second signal', 1);
      return;
    }
    firstAtMs = nowMs;
    log.info('gateway.stopping', { signal });
    setTimeout(() => leave('time is up', 1), hardLimitMs);
    stop().then(
      () => leave('done', 0),
      (error: unknown) => {
        log.error('gateway.stop_failed', { error });
        leave('failed', 1);
      },
    );
  };
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
  if (underNpm) whenParentIsGone(() => onSignal('parent gone'));
}

function whenParentIsGone(then: () => void): void {
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    then();
  }, 500);
  watch.unref();
}

/** What nobody caught is a bug: it is logged and the process ends, since its state can no longer be trusted. */
export function exitOnBugs(log: Log): void {
  const crash = (event: string) => (error: unknown) => {
    log.error(event, { error });
    process.exit(1);
  };
  process.on('uncaughtException', crash('gateway.uncaught_exception'));
  process.on('unhandledRejection', crash('gateway.unhandled_rejection'));
}
