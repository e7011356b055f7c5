#!/usr/bin/env node
// Runs the lab from source, so that a checkout needs no build step.
import { compiled } from './compiled.js';

let program = await compiled();
if (program === null) {
  const { register } = await import('tsx/esm/api');
  register();
  program = './main.ts';
}
await import(program);
