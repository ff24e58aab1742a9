import { readFileSync } from 'node:fs';

// Loaded into the gateway's process before anything else (`NODE_OPTIONS=--import`): its wall clock is the machine's plus so many
// milliseconds as the file of FAULTS_CLOCK says, looked at again and again. Timers and performance.now() go on as they were, as
// they do when an administrator sets a clock. libfaketime would do no better (it moves C libraries' clocks; nats-server is a
// static Go program and asks the kernel itself), and is one more thing to install.

const lookEveryMs = 20;
const file = process.env['FAULTS_CLOCK'];
const RealDate = Date;
const realNow = Date.now.bind(Date);
let offsetMs = 0;

function look(path: string): void {
  try {
    const said = Number(readFileSync(path, 'utf8'));
    if (Number.isFinite(said)) offsetMs = said;
  } catch {
    // not there yet, or being written: the clock goes on as it is
  }
}

if (file !== undefined) {
  look(file);
  setInterval(() => look(file), lookEveryMs).unref();
  const now = (): number => realNow() + offsetMs;
  globalThis.Date = new Proxy(RealDate, {
    apply: () => new RealDate(now()).toString(),
    construct: (_target, args: ConstructorParameters<DateConstructor> | [], newTarget) =>
      Reflect.construct(
        RealDate,
        args.length === 0 ? [now()] : args,
        newTarget === globalThis.Date ? RealDate : newTarget,
      ) as Date,
    get: (target, name) => (name === 'now' ? now : (Reflect.get(target, name) as unknown)),
  });
}
