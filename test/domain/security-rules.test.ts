import assert from 'node:assert/strict';
import { routerSecurityRules } from '../../domain/security-rules.ts';
import { cidr, ipv4 } from '../support/site-files.ts';

describe('the security rules of a router VM', () => {
  const workers = [cidr('198.51.100.0/24')];
  const gateway = [ipv4('203.0.113.4'), ipv4('203.0.113.5')];
  const rules = routerSecurityRules(workers, gateway);

  it('let SSH in from where workers come, and from nowhere else', () => {
    const ssh = rules.filter(({ destinationPorts }) => destinationPorts.includes('22'));
    assert.deepEqual(
      ssh.map(({ protocol, sourcePrefixes }) => [protocol, sourcePrefixes]),
      [['Tcp', workers]],
    );
  });

  it('let IKE in from each address of the gateway, with and without NAT', () => {
    const ike = rules.filter(({ protocol }) => protocol === 'Udp');
    assert.deepEqual(
      ike.map(({ sourcePrefixes, destinationPorts }) => [sourcePrefixes, destinationPorts]),
      [
        [
          ['203.0.113.4/32', '203.0.113.5/32'],
          ['500', '4500'],
        ],
      ],
    );
  });

  it('have priorities of their own', () => {
    assert.equal(new Set(rules.map(({ priority }) => priority)).size, rules.length);
  });
});
