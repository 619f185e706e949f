import test from 'ava';
import { containerdMarks } from '../../../../bench/lib/restore/containerd-log.ts';

const IMAGE =
  'checkpoint-registry.local/checkpoints:x1@sha256:2f70553f4b42ba88812c4646b36528ee59f6a9f50350cbe3819f22563e6c26e6';
const BASE =
  'checkpoint-registry.local/counter@sha256:d0d892ffb5a4e3b5d7e6a180ed21ea184c50d796d549ae1566349792fd231aa8';

/** As containerd 2.3.7 wrote them; lines between them are left out, the sandbox's ID is cut. */
const LINES = [
  `time="2026-11-22T23:13:16.961493649Z" level=info msg="RunPodSandbox for name:\\"r1\\" namespace:\\"default\\" returns sandbox id \\"3c0f9d\\""`,
  `time="2026-11-22T23:13:16.965431781Z" level=info msg="PullImage \\"${BASE}\\""`,
  `time="2026-11-22T23:13:17.012639937Z" level=info msg="PullImage \\"${BASE}\\" returns image reference \\"sha256:f94c95\\""`,
  `time="2026-11-22T23:13:17.021378368Z" level=info msg="PullImage \\"${IMAGE}\\""`,
  `time="2026-11-22T23:13:17.255276213Z" level=info msg="stop pulling image ${IMAGE}: active requests=0, bytes read=0"`,
  `time="2026-11-22T23:13:17.257363897Z" level=info msg="PullImage \\"${IMAGE}\\" returns image reference \\"sha256:b5271e\\""`,
  `time="2026-11-22T23:13:17.265048898Z" level=info msg="CreateContainer within sandbox \\"3c0f9d\\" for container name:\\"counter\\""`,
  `time="2026-11-22T23:13:17.265267177Z" level=warning msg="Restoring checkpoint data from an image or archive during CRI CreateContainer is deprecated and will be removed in containerd v2.4." containername=counter`,
  `time="2026-11-22T23:13:17.360757363Z" level=info msg="CreateContainer within sandbox \\"3c0f9d\\" for name:\\"counter\\" returns container id \\"f27cbc\\""`,
  `time="2026-11-22T23:13:17.363325207Z" level=info msg="StartContainer for \\"f27cbc\\""`,
];
const text = (lines: readonly string[]) => `${lines.join('\n')}\n`;

test('the marks are the times of the pull of that image and of the container after it', (t) => {
  t.deepEqual(containerdMarks(text(LINES), IMAGE), {
    pulling: Date.parse('2026-11-22T23:13:17.021Z'),
    pulled: Date.parse('2026-11-22T23:13:17.257Z'),
    created: Date.parse('2026-11-22T23:13:17.360Z'),
  });
});

test('a container that was created before the image was there is not the one', (t) => {
  const early = LINES.at(-2)?.replace('23:13:17.360757363', '23:13:12.000000000') ?? '';
  const { created } = containerdMarks(text([early, ...LINES]), IMAGE);
  t.is(created, Date.parse('2026-11-22T23:13:17.360Z'));
});

const lacking = test.macro({
  exec(t, without: string, message: RegExp) {
    const log = text(LINES.filter((line) => !line.includes(without)));
    t.throws(() => containerdMarks(log, IMAGE), { message });
  },
  title: (_, without) => `a log without "${without}" is no measurement`,
});

test(lacking, `${IMAGE}\\""`, /does not have the line PullImage/);
test(lacking, 'returns image reference', /does not have the end of PullImage/);
test(lacking, 'returns container id', /does not have a container created/);
