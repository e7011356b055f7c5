/** Access tokens: JWTs signed with the folder's key, judged as Azure Resource Manager does. */
import { createHmac, randomUUID, timingSafeEqual } from 'node:crypto';
import { ArmError } from '../errors.ts';
import type { Secrets } from './secrets.ts';

export interface Claims {
  readonly aud: string;
  readonly tid: string;
  /** Who it was issued to. */
  readonly appid: string;
  /** Seconds since the epoch. */
  readonly exp: number;
}

/** What a token may be meant for: this endpoint, or Azure's own names, which some clients ask for whatever the endpoint. */
const azureAudiences = ['https://management.azure.com', 'https://management.core.windows.net'];

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const withoutSlash = (text: string): string => text.replace(/\/+$/, '');

/** Of how many tokens the outcome is remembered. */
const mostVerified = 1000;

export class Tokens {
  /** Tokens whose signature is good; a client sends the same one with each request. */
  private readonly verified = new Map<string, Claims>();
  private readonly secrets: Secrets;
  private readonly baseUrl: () => string;

  constructor(secrets: Secrets, baseUrl: () => string) {
    this.secrets = secrets;
    this.baseUrl = baseUrl;
  }

  /** @param seconds lifetime in real time */
  issue(audience: string, clientId: string, seconds: number): { token: string; expiresOn: number } {
    const now = Math.floor(Date.now() / 1000);
    const claims = {
      aud: audience,
      iss: `${this.baseUrl()}/${this.secrets.tenantId}/v2.0`,
      iat: now,
      nbf: now,
      exp: now + seconds,
      appid: clientId,
      idtyp: 'app',
      oid: clientId,
      sub: clientId,
      tid: this.secrets.tenantId,
      uti: randomUUID(),
      ver: '1.0',
    };
    const body = `${encode({ typ: 'JWT', alg: 'HS256' })}.${encode(claims)}`;
    return { token: `${body}.${this.sign(body)}`, expiresOn: claims.exp };
  }

  /** The claims of an `Authorization` header. @throws ArmError 401 in Azure's words */
  check(authorization: string | undefined): Claims {
    if (authorization === undefined || authorization === '') {
      throw this.refusal('AuthenticationFailed', "Authentication failed. The 'Authorization' header is missing.");
    }
    const token = /^Bearer (.+)$/i.exec(authorization)?.[1];
    if (token === undefined) {
      throw this.refusal(
        'AuthenticationFailed',
        "Authentication failed. The 'Authorization' header is provided in an invalid format.",
      );
    }
    const claims = this.read(token);
    if (claims === null) throw this.refusal('InvalidAuthenticationToken', 'The access token is invalid.');
    if (claims.exp * 1000 <= Date.now()) throw this.expired(new Date(claims.exp * 1000));
    const allowed = [this.baseUrl(), this.baseUrl().replace('127.0.0.1', 'localhost'), ...azureAudiences];
    if (allowed.includes(withoutSlash(claims.aud))) return claims;
    throw this.refusal(
      'InvalidAuthenticationTokenAudience',
      `The access token has been obtained for wrong audience or resource '${claims.aud}'. It should exactly match with one of the allowed audiences '${allowed.join("','")}'.`,
    );
  }

  expired(at: Date): ArmError {
    return this.refusal(
      'ExpiredAuthenticationToken',
      `The access token expiry UTC time '${at.toISOString()}' is earlier than current UTC time '${new Date().toISOString()}'.`,
    );
  }

  private read(token: string): Claims | null {
    const before = this.verified.get(token);
    if (before !== undefined) return before;
    const claims = this.verify(token);
    if (claims === null) return null;
    if (this.verified.size >= mostVerified) this.verified.clear();
    this.verified.set(token, claims);
    return claims;
  }

  private verify(token: string): Claims | null {
    const [head = '', body = '', signature = '', ...more] = token.split('.');
    const wanted = Buffer.from(this.sign(`${head}.${body}`));
    const given = Buffer.from(signature);
    if (more.length > 0 || given.length !== wanted.length || !timingSafeEqual(given, wanted)) return null;
    return JSON.parse(Buffer.from(body, 'base64url').toString()) as Claims;
  }

  private sign(text: string): string {
    return createHmac('sha256', Buffer.from(this.secrets.tokenKey, 'hex')).update(text).digest('base64url');
  }

  private refusal(code: string, message: string): ArmError {
    const where = `${this.baseUrl()}/${this.secrets.tenantId}`;
    return new ArmError(401, code, message, [], {
      'WWW-Authenticate': `Bearer authorization_uri="${where}", error="invalid_token", error_description="${message.replaceAll('"', "'")}"`,
    });
  }
}
