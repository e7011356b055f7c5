/**
 * How a log-in is tried: each key, then an agent's keys, then the password in both forms. What the server does not offer
 * is not tried, because a router counts attempts.
 */
import type { AnyAuthMethod, AuthenticationType, ConnectConfig, Prompt } from 'ssh2';
import type { Hop } from './hops.ts';
import type { Observed } from './ssh-failures.ts';

/** A password goes to a question for it alone: a new one, or a code, is a matter for a person. */
function asksForPassword({ prompt, echo }: Prompt): boolean {
  return (
    echo !== true &&
    /pass(word|phrase|code)?\b/i.test(prompt) &&
    !/\b(new|again|re-?type|re-?enter|confirm)\b/i.test(prompt)
  );
}

function methodsOf(hop: Hop, observed: Observed): AnyAuthMethod[] {
  const { username, privateKeys, agent, password } = hop;
  const keys = privateKeys.map((key): AnyAuthMethod => ({ type: 'publickey', username, key }));
  const agents: AnyAuthMethod[] = agent === undefined ? [] : [{ type: 'agent', username, agent }];
  if (password === undefined) return [...keys, ...agents];
  return [
    ...keys,
    // A router that asks for a password may take it only as the answer to a question.
    {
      type: 'keyboard-interactive',
      username,
      prompt: (_name, _instructions, _language, prompts, finish) => {
        const stranger = prompts.find((prompt) => !asksForPassword(prompt));
        if (stranger !== undefined) observed.unanswered = stranger.prompt.trim();
        finish(prompts.map((prompt) => (asksForPassword(prompt) ? password : '')));
      },
    },
    { type: 'password', username, password },
  ];
}

/** The name under which a server offers the method. */
function offeredAs(method: AnyAuthMethod): AuthenticationType {
  return method.type === 'agent' ? 'publickey' : method.type;
}

/** For `ssh2`: the next method each time it asks; `false` after the last. */
export function authenticationOf(hop: Hop, observed: Observed): NonNullable<ConnectConfig['authHandler']> {
  const left = methodsOf(hop, observed);
  return (offered, _partial, next) => {
    for (let method = left.shift(); method !== undefined; method = left.shift()) {
      // Null before the first attempt: nothing is known yet.
      if (offered !== null && !offered.includes(offeredAs(method))) continue;
      observed.tried.push(method.type);
      return next(method);
    }
    return next(false as unknown as AnyAuthMethod);
  };
}
