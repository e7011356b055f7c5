/** What the worker registers, and nothing else: the bundler's entry. */
export { hub } from './hub.ts';
export { site } from './site.ts';
