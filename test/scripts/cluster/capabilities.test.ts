import test from 'ava';
import { hasSysResource } from '../../../scripts/cluster/capabilities.ts';

const status = (effective: string) => `Name:\tnode\nCapPrm:\t000001ffffffffff\nCapEff:\t${effective}\nCapBnd:\t0\n`;

test('a process with all capabilities has CAP_SYS_RESOURCE', (t) => {
  t.true(hasSysResource(status('000001ffffffffff')));
});

test('a process with all but bit 24 has it not, whatever it could have', (t) => {
  t.false(hasSysResource(status('000001fffeffffff')));
});

test('a text without capabilities says no', (t) => {
  t.false(hasSysResource('Name:\tnode\n'));
});
