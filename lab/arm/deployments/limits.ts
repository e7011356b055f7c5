/** Bounds of what a template may make, so that none takes the memory or the time of whoever works it out. */
import { type Json, isObject } from '../json.ts';
import { TemplateError } from './template-error.ts';

/** Azure's own limit of resources in a deployment and of turns of a copy. */
export const mostCopies = 800;

/** Azure's own limit of a text, in characters. */
export const longestText = 131_072;

/** Values that one deployment may work out, a long text counting as several; well above Azure's 4 MB. */
const mostValues = 400_000;
const charactersPerValue = 16;

/** What is left to one deployment. */
export interface Budget {
  left: number;
}

export const newBudget = (): Budget => ({ left: mostValues });

function weigh(value: Json, most: number): number {
  if (typeof value === 'string') return 1 + value.length / charactersPerValue;
  let weight = 1;
  const members = Array.isArray(value) ? value : isObject(value) ? Object.values(value) : [];
  for (const member of members) {
    weight += weigh(member ?? null, most - weight);
    if (weight > most) return weight;
  }
  return weight;
}

/** The value itself, taken from the budget. @throws TemplateError if nothing is left */
export function spend(budget: Budget, value: Json): Json {
  if (typeof value === 'string' && value.length > longestText) {
    throw new TemplateError(`The length of a text exceeds the limit of '${longestText}' characters`);
  }
  budget.left -= weigh(value, budget.left);
  if (budget.left < 0) throw new TemplateError('The template makes more values than the lab takes');
  return value;
}

/** The count of a copy. @throws TemplateError */
export function countOf(value: Json, name: string): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= mostCopies) return value;
  throw new TemplateError(`The count of copy '${name}' must be a whole number from 0 to ${mostCopies}`);
}
