import test from 'ava';
import { goLineOf, requiredVersion, toolsOf } from '../../../scripts/cluster/go-mod.ts';
import { BuildError } from '../../../scripts/cluster/step.ts';

const GO_MOD = `module thaw/cluster/bakery

go 1.26.8

tool (
	example.com/oven/cmd/bake
	example.com/oven/cmd/knead
)

require (
	example.com/oven v1.2.3-rc.4 // indirect
	example.com/oven/v2 v2.0.1 // indirect
)

replace example.com/flour => example.com/flour v0.36.3
`;

const ONE_LINERS = 'module m\n\ngo 1.24\n\ntool example.com/oven/v2\n\nrequire example.com/oven/v2 v2.0.1\n';

test('a version is the one that go.mod requires of exactly that module', (t) => {
  t.is(requiredVersion(GO_MOD, 'example.com/oven'), 'v1.2.3-rc.4');
  t.is(requiredVersion(GO_MOD, 'example.com/oven/v2'), 'v2.0.1');
  t.is(requiredVersion(ONE_LINERS, 'example.com/oven/v2'), 'v2.0.1');
});

test('a module that is only replaced, or not there at all, has no version', (t) => {
  for (const module of ['example.com/flour', 'example.com/ove'])
    t.throws(() => requiredVersion(GO_MOD, module), {
      instanceOf: BuildError,
      message: `go.mod does not require ${module}`,
    });
});

test('the go line is the oldest Go that builds a module', (t) => {
  t.is(goLineOf(GO_MOD), '1.26.8');
  t.is(goLineOf(ONE_LINERS), '1.24');
  t.throws(() => goLineOf('module m\n'), { instanceOf: BuildError });
});

test('tools stand in a block or on a line', (t) => {
  t.deepEqual(toolsOf(GO_MOD), ['example.com/oven/cmd/bake', 'example.com/oven/cmd/knead']);
  t.deepEqual(toolsOf(ONE_LINERS), ['example.com/oven/v2']);
});
