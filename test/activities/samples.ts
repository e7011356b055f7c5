/** What several tests over the fake endpoint start from. */
import assert from 'node:assert/strict';
import { ApplicationFailure } from '@temporalio/common';
import { azureActivities } from '../../activities/azure.ts';
import { fakeArm, type Answerer, type FakeReply } from './fake-arm.ts';

export const group = '/subscriptions/s/resourceGroups/g';
export const network = `${group}/providers/Microsoft.Network`;
export const owner = { hub: 'japan', site: 'Site01' };
export const tags = { 'sitelink-installation': 'test-1', 'sitelink-hub': 'japan', 'sitelink-site': 'Site01' };
export const hubTags = { 'sitelink-installation': 'test-1', 'sitelink-hub': 'japan' };
export const absent: FakeReply = { status: 404, body: { error: { code: 'ResourceNotFound', message: 'not found' } } };
export const problem = (status: number, code: string): FakeReply => ({
  status,
  body: { error: { code, message: code } },
});

export function type(made: { error?: unknown }): string | null | undefined {
  assert.ok(made.error instanceof ApplicationFailure, String(made.error));
  return made.error.type;
}
export const actOn = (answer: Answerer) => azureActivities(fakeArm(answer).deps);
