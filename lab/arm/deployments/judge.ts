/** Judges a deployment before anything of it is deployed: the request, the template, and what the market sells. */
import { ArmError, badRequest, notModelled } from '../errors.ts';
import { checkPlan } from '../catalogue/images.ts';
import { type JsonObject, isObject, objectAt, textAt } from '../json.ts';
import { checkLocation } from '../catalogue/regions.ts';
import { specOf } from '../types/index.ts';
import type { Scope } from './evaluate.ts';
import { newBudget } from './limits.ts';
import { declaredOutputs, valueOf } from './outputs.ts';
import { type Parameters, readParameters, typeOf } from './parameters.ts';
import { type Around, isNested, nestedRequest } from './nested.ts';
import { type Place, judged, makeScope, notYet, placeOfNested } from './scope.ts';
import type { Planned } from './planned.ts';
import { type Mode, variablesOf } from './state.ts';
import { Deferred, TemplateError } from './template-error.ts';
import { bodyOf, inTurn, planOf, rawAt } from './template.ts';
import { evaluateValue } from './evaluate.ts';

export interface Judged {
  readonly mode: Mode;
  readonly template: JsonObject;
  readonly parameters: Parameters;
  readonly planned: readonly Planned[];
}

const modes: readonly Mode[] = ['Incremental', 'Complete'];

function templateOf(body: JsonObject | undefined): { mode: Mode; template: JsonObject; given: JsonObject } {
  const properties = objectAt(body, 'properties');
  if (properties === undefined) {
    throw badRequest(
      'InvalidRequestContent',
      "The request content was invalid: required property 'properties' is missing.",
    );
  }
  const mode = textAt(properties, 'mode');
  if (mode === undefined) {
    throw badRequest(
      'InvalidRequestContent',
      "The request content was invalid and could not be deserialized: 'Required property 'mode' not found in JSON. Path 'properties'.'.",
    );
  }
  const known = modes.find((one) => one.toLowerCase() === mode.toLowerCase());
  if (known === undefined) {
    throw badRequest(
      'InvalidRequestContent',
      `The request content was invalid: the deployment mode '${mode}' is not known.`,
    );
  }
  for (const link of ['templateLink', 'parametersLink', 'onErrorDeployment']) {
    if (properties[link] !== undefined) throw notModelled(`a deployment with ${link}`);
  }
  const template = objectAt(properties, 'template');
  if (template === undefined) {
    throw badRequest(
      'InvalidDeployment',
      "The deployment must have either the property 'template' or the property 'templateLink'.",
    );
  }
  return { mode: known, template, given: objectAt(properties, 'parameters') ?? {} };
}

/** What stands in a template beyond what the lab knows would be passed over in silence. */
function refuseForeign(template: JsonObject): void {
  for (const member of ['functions', 'imports', 'definitions', 'extensions']) {
    const found = template[member];
    const empty =
      found === undefined ||
      (Array.isArray(found) ? found.length === 0 : isObject(found) && Object.keys(found).length === 0);
    if (!empty) throw notModelled(`a template with ${member}`);
  }
}

/** Azure's own limits. */
const most = { parameters: 256, variables: 512, outputs: 64 } as const;

function refuseMany(template: JsonObject): void {
  for (const [member, limit] of Object.entries(most)) {
    const found = template[member];
    if (!isObject(found) || Object.keys(found).length <= limit) continue;
    throw new TemplateError(`The number of template ${member} limit exceeded. Limit: '${limit}'`).refusal();
  }
}

/** What Azure refuses before it begins: the region, and images that cannot be bought (azure.md, 0). */
function preflight(place: Place, planned: Planned, body: JsonObject): void {
  const spec = specOf(planned.type);
  const location = body['location'];
  if (spec.located && location === undefined) {
    throw badRequest('LocationRequired', 'The location property is required for this definition.');
  }
  if (typeof location === 'string' && !location.startsWith('[')) checkLocation(location, planned.type);
  const image = objectAt(body, 'properties.storageProfile.imageReference');
  if (planned.type !== 'Microsoft.Compute/virtualMachines' || image === undefined) return;
  if (['publisher', 'offer', 'sku'].every((member) => typeof image[member] === 'string')) {
    checkPlan(place.world, image, objectAt(body, 'plan'));
  }
}

function checkOutputs(template: JsonObject, scope: Scope): void {
  for (const [name, output] of declaredOutputs(template)) {
    typeOf(output, `template output '${name}'`);
    evaluateValue(valueOf(output), scope);
  }
}

/** Judges a deployment within another one, as far as what it is given is known by now. */
function judgeNested(place: Place, planned: Planned, raw: JsonObject, scope: Scope, around: Around): void {
  let body: JsonObject;
  try {
    body = nestedRequest(raw, { ...scope, lenient: false }, around, planned.turn !== null);
  } catch (error) {
    if (error instanceof Deferred) return;
    throw error;
  }
  judgeDeployment(placeOfNested(place, planned.id), body);
}

/** @throws ArmError: `InvalidTemplate`, `InvalidRequestContent`, 501 for what is not modelled, or what a preflight refuses */
export function judgeDeployment(place: Place, body: JsonObject | undefined): Judged {
  const { mode, template, given } = templateOf(body);
  refuseForeign(template);
  refuseMany(template);
  const declared = template['parameters'] ?? {};
  if (!isObject(declared))
    throw badRequest(
      'InvalidTemplate',
      "Deployment template validation failed: 'The template's property 'parameters' is not an object'.",
    );
  const common = {
    place: { ...place, mode },
    variables: variablesOf(template),
    refer: notYet,
    lenient: true,
    budget: newBudget(),
  };
  return judged(() => {
    const parameters = readParameters(declared, given, makeScope({ ...common, parameters: null, lenient: false }));
    const scope = makeScope({ ...common, parameters });
    const planned = planOf(place, template, scope);
    checkOutputs(template, scope);
    for (const one of planned) {
      const raw = rawAt(template, one.path);
      const own = inTurn(scope, one.turn);
      if (isNested(one.type)) judgeNested(place, one, raw, own, { template, parameters });
      else if (!one.isExisting) preflight(place, one, bodyOf(raw, own));
    }
    return { mode, template, parameters, planned };
  });
}

/** As `validate` says it: what is wrong stands in the details, unless it is the template itself. */
export function asValidation(error: ArmError, deployment: string): ArmError {
  if (error.status !== 400 || /^(InvalidTemplate|InvalidRequestContent|InvalidDeployment)$/.test(error.code))
    return error;
  return new ArmError(
    400,
    'InvalidTemplateDeployment',
    `The template deployment '${deployment}' is not valid according to the validation procedure. See inner errors for details.`,
    [{ code: error.code, message: error.message, details: error.details }],
  );
}
