import { startNatsServer } from '../../gateway/bus/embedded/server.ts';
import { readSettings } from '../../gateway/settings.ts';
import { memoryLog } from './memory-log.ts';

// A process that owns a nats-server and does nothing else, so that a test can kill it. Prints the server's pid.
const read = readSettings();
const dataFolder = process.argv[2];
if (!read.ok || !dataFolder) throw new Error('needs a data folder');
const { programFolders } = read.settings;
const server = await startNatsServer({ dataFolder, programFolders, log: memoryLog() });
process.stdout.write(`${server.pid}\n`);
