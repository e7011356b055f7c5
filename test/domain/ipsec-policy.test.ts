/** Which releases of IOS-XE refuse Diffie-Hellman group 2, and what both ends take then. */
import assert from 'node:assert/strict';
import { refusesWeakGroups, strongPolicy } from '../../domain/ipsec-policy.ts';

describe('a release of IOS-XE', () => {
  const cases: [string, boolean][] = [
    ['16.12.5', false],
    ['17.3.3', false],
    ['17.03.03', false],
    ['17.9.4a', false],
    ['17.10.1', false],
    ['17.11.1', true],
    ['17.15.1a', true],
    ['17.15.01a', true],
    ['18.1.1', true],
    ['9.99', false],
    ['17', false],
    ['', false],
    ['Version 17.15.1', false],
  ];
  for (const [version, expected] of cases) {
    it(`${JSON.stringify(version)} ${expected ? 'refuses' : 'takes'} group 2`, () =>
      assert.equal(refusesWeakGroups(version), expected));
  }
});

describe('the policy for a router that refuses group 2', () => {
  it('has all eight fields, none of them weak', () => {
    assert.deepEqual(strongPolicy, {
      ikeEncryption: 'AES256',
      ikeIntegrity: 'SHA256',
      dhGroup: 'DHGroup14',
      ipsecEncryption: 'GCMAES256',
      ipsecIntegrity: 'GCMAES256',
      pfsGroup: 'PFS2048',
      saLifeTimeSeconds: 27_000,
      saDataSizeKilobytes: 102_400_000,
    });
  });
});
