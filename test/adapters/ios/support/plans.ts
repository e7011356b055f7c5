/** Plans for routers that have something already. */
import { parseConfiguration } from '../../../../adapters/ios/config-tree.ts';
import { buildTunnelPlan, prepareScript } from '../../../../adapters/ios/index.ts';
import type { InterfaceState, RouterState, TunnelIntent } from '../../../../adapters/ios/index.ts';
import { afterTyping } from './apply-lines.ts';
import { fixedNamesScript, freshConfiguration, intent, privateAddress } from './samples.ts';

export const gigabit: InterfaceState = { name: 'GigabitEthernet1', address: privateAddress, up: true };

export function stateOf(configuration: string, more: Partial<RouterState> = {}): RouterState {
  return {
    hostname: 'router210',
    version: '17.3.3',
    running: parseConfiguration(configuration),
    interfaces: [gigabit],
    peerAddress: '198.51.100.10',
    linesTaken: 1,
    saved: true,
    routes: [],
    pending: null,
    ...more,
  };
}

export function planFor(configuration: string, more: Partial<RouterState> = {}, changed: Partial<TunnelIntent> = {}) {
  const wanted = { ...intent, ...changed };
  return buildTunnelPlan(stateOf(configuration, more), prepareScript(fixedNamesScript, wanted), wanted);
}

export const whole = afterTyping(freshConfiguration, planFor(freshConfiguration).commands);

/** Somebody else's tunnel without any policy. */
export const byDefault = `
crypto ikev2 profile Theirs
 match identity remote address 192.0.2.77 255.255.255.255
crypto ipsec profile Theirs
 set ikev2-profile Theirs
interface Tunnel5
 tunnel source GigabitEthernet1
 tunnel destination 192.0.2.77
 tunnel protection ipsec profile Theirs
`;
