import { ArmError } from '../errors.ts';

/** A template, or an expression in it, that cannot be used; the text is a sentence of its own. */
export class TemplateError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'TemplateError';
  }

  /** As Azure refuses a template before it deploys anything. */
  refusal(): ArmError {
    return new ArmError(400, 'InvalidTemplate', `Deployment template validation failed: '${this.message}'.`);
  }
}

/** An expression that can only be worked out once other resources are there: `reference`. */
export class Deferred extends Error {}
