export { connector } from './manifest.ts';
