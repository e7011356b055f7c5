export interface ArmErrorDetail {
  readonly code: string;
  readonly message: string;
  /** Id of the resource that it is about; in deployments only, like the details within. */
  readonly target?: string;
  readonly details?: readonly ArmErrorDetail[];
}

/** A refusal in Azure's form: `{"error":{"code","message","details"}}` with its HTTP status. */
export class ArmError extends Error {
  readonly status: number;
  readonly code: string;
  readonly details: readonly ArmErrorDetail[];
  readonly headers: Readonly<Record<string, string>>;
  /** The member that it is about, in the compute provider's refusals. */
  private target: string | null = null;
  /** The network provider has `details` in each of its errors, also where there are none. */
  private showsDetails = false;

  constructor(
    status: number,
    code: string,
    message: string,
    details: readonly ArmErrorDetail[] = [],
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
    this.name = 'ArmError';
    this.status = status;
    this.code = code;
    this.details = details;
    this.headers = headers;
  }

  /** The same refusal with more headers. */
  withHeaders(headers: Readonly<Record<string, string>>): ArmError {
    const said = new ArmError(this.status, this.code, this.message, this.details, { ...headers, ...this.headers });
    said.showsDetails = this.showsDetails;
    said.target = this.target;
    return said;
  }

  /** The same refusal as the network provider says it. */
  ofNetwork(): ArmError {
    const said = this.withHeaders({});
    said.showsDetails = true;
    return said;
  }

  /** The same refusal, naming the member that it is about. */
  about(target: string): ArmError {
    const said = this.withHeaders({});
    said.target = target;
    return said;
  }

  /** The envelope; shape: `{error: {code, message, target?, details?}}`. */
  toBody(): {
    error: { code: string; message: string; target?: string; details?: { code: string; message: string }[] };
  } {
    const details = this.details.map((detail) => ({ code: detail.code, message: detail.message }));
    return {
      error: {
        code: this.code,
        message: this.message,
        ...(this.target === null ? {} : { target: this.target }),
        ...(details.length > 0 || this.showsDetails ? { details } : {}),
      },
    };
  }
}

export const badRequest = (code: string, message: string): ArmError => new ArmError(400, code, message);
export const conflict = (code: string, message: string): ArmError => new ArmError(409, code, message);

export function resourceNotFound(type: string, name: string, group: string): ArmError {
  return new ArmError(
    404,
    'ResourceNotFound',
    `The Resource '${type}/${name}' under resource group '${group}' was not found. For more details please go to https://aka.ms/ARMResourceNotFoundFix`,
  );
}

export function groupNotFound(group: string): ArmError {
  return new ArmError(404, 'ResourceGroupNotFound', `Resource group '${group}' could not be found.`);
}

export function notModelled(route: string): ArmError {
  return new ArmError(
    501,
    'NotModelled',
    `The lab does not model ${route}. What it models stands in lab/README.md under "ARM endpoint".`,
  );
}

/** A reference to something that is not there, or is in another region. */
export function invalidReference(target: string, from: string): ArmError {
  return badRequest(
    'InvalidResourceReference',
    `Resource ${target} referenced by resource ${from} was not found. Please make sure that the referenced resource exists, and that both resources are in the same region.`,
  );
}
