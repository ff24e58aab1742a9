import { conclude, runSteps } from './steps.ts';

// `npm run check`: everything that CI looks at.
conclude(await runSteps());
