#!/usr/bin/env node
// Runs the client from source: tsx is a dependency, so that a checkout needs no build step.
import { register } from 'tsx/esm/api';

register();
await import('./main.ts');
