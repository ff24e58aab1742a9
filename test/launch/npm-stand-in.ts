import { spawn } from 'node:child_process';

// A parent like npm, that starts what it is given and lets it speak.
const child = spawn(process.execPath, [process.argv[2] ?? '', 'plain'], {
  stdio: ['ignore', 'inherit', 'inherit'],
});
process.stdout.write(`started ${child.pid}\n`);
