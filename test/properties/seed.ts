import fc from 'fast-check';

// In CI the same examples each time, so that a red run is about the change that made it; elsewhere new ones each time.
if (process.env.CI !== undefined) fc.configureGlobal({ seed: 20_261_121 });
