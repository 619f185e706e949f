import type { Failure } from '../failure.ts';

const CONTAINERD = { program: 'containerd', version: '2.3.7' };
const GO = { program: 'Go', version: '1.26', source: 'net, crypto/tls' };
const CERTS =
  'containerd: /etc/containerd/certs.d/{{host|<host>}}/hosts.toml, CRI-O: a [[registry]] in /etc/containers/registries.conf.d';

/** What a pull says when the registry does not give the image; texts of Go, so containerd's and CRI-O's alike. */
export const REGISTRY: readonly Failure[] = [
  {
    id: 'registry-refused',
    weight: 'cause',
    patterns: [/https?:\/\/(?<host>[^/\s"]+)[^\n]*dial tcp (?<address>\S+): connect: connection refused/],
    examples: [
      'failed to pull and unpack image "127.0.0.1:1/checkpoints:web": failed to resolve image: failed to do request: Head "https://127.0.0.1:1/v2/checkpoints/manifests/web": dial tcp 127.0.0.1:1: connect: connection refused',
      'pinging container registry checkpoint-registry.local: Get "https://checkpoint-registry.local/v2/": dial tcp 10.77.0.1:443: connect: connection refused',
    ],
    title: 'nothing listens at {{address}}, where {{node}} looks for the registry {{host}}',
    cure: `start the registry (thaw registry serve --listen <addr:port>), or tell the node where it is (${CERTS})`,
    seen: [CONTAINERD],
  },
  {
    id: 'registry-unreachable',
    weight: 'cause',
    patterns: [
      /https?:\/\/(?<host>[^/\s"]+)[^\n]*dial tcp (?<address>\S+): (?<why>i\/o timeout|connect: no route to host|connect: network is unreachable)/,
    ],
    examples: [
      'failed to do request: Head "https://checkpoint-registry.local/v2/checkpoints/manifests/web": dial tcp 10.77.0.1:443: i/o timeout',
    ],
    title: '{{node}} cannot reach the registry {{host}} at {{address}}: {{why}}',
    cure: 'open the way from the node to the registry (routes, firewall), and try it there: curl -v https://{{host}}/v2/',
    seen: [GO],
  },
  {
    id: 'registry-name-unknown',
    weight: 'cause',
    patterns: [
      /dial tcp: lookup (?<host>\S+?)(?: on \S+)?: (?:no such host|server misbehaving|Temporary failure in name resolution)/,
    ],
    examples: [
      'failed to resolve image: failed to do request: Head "https://checkpoint-registry.local/v2/checkpoints/manifests/web": dial tcp: lookup checkpoint-registry.local on 10.255.255.53:53: no such host',
    ],
    title: "{{node}} does not know the name {{host}}; nodes do not ask the cluster's DNS",
    cure: `give the name an address on the node (/etc/hosts), or tell its runtime where the registry is (${CERTS})`,
    seen: [CONTAINERD, GO],
  },
  {
    id: 'registry-certificate',
    weight: 'cause',
    patterns: [/x509: (?<why>certificate [^\n"]*|cannot validate [^\n"]*)/],
    examples: [
      'failed to resolve image: failed to do request: Head "https://192.0.2.2:5902/v2/checkpoints/manifests/web": tls: failed to verify certificate: x509: certificate is valid for 127.0.0.1, not 192.0.2.2',
      'tls: failed to verify certificate: x509: certificate signed by unknown authority',
    ],
    title: "{{node}} does not trust the registry's certificate: {{why}}",
    cure: `give the runtime the authority that signed it (containerd: ca = "<file>" in /etc/containerd/certs.d/<host>/hosts.toml, CRI-O: /etc/containers/certs.d/<host>/ca.crt), or a certificate for the name that the pod uses`,
    seen: [CONTAINERD, { ...GO, source: 'crypto/x509' }],
  },
  {
    id: 'registry-plain-http',
    weight: 'cause',
    patterns: [/server gave HTTP response to HTTPS client/],
    examples: [
      'failed to resolve image: failed to do request: Head "https://192.0.2.2:5901/v2/checkpoints/manifests/web": http: server gave HTTP response to HTTPS client',
    ],
    title: 'the registry speaks plain HTTP, and {{node}} was not told so',
    cure: 'serve it with TLS (thaw registry serve --tls-cert --tls-key), or allow it for this host (containerd: server = "http://<host>" in /etc/containerd/certs.d/<host>/hosts.toml, CRI-O: insecure = true in its [[registry]])',
    seen: [CONTAINERD],
  },
  {
    id: 'registry-unauthorized',
    weight: 'cause',
    patterns: [
      /unexpected status from \w+ request to \S+: (?:401|403) /,
      /pull access denied, repository does not exist or may require authorization/,
      /unauthorized: |authentication required|requested access to the resource is denied/,
    ],
    examples: [
      'failed to resolve image: pull access denied, repository does not exist or may require authorization: authorization failed: no basic auth credentials',
      'failed to resolve image: unexpected status from HEAD request to http://127.0.0.1:5903/v2/checkpoints/manifests/web: 401 Unauthorized',
      'requested access to the resource is denied',
    ],
    title: 'the registry wants credentials for {{image}}, or refuses those that {{node}} has',
    cure: "name a pull secret in the pod's imagePullSecrets (kubectl create secret docker-registry), in its own namespace; the image volumes use it too",
    seen: [CONTAINERD],
  },
  {
    id: 'registry-not-found',
    weight: 'cause',
    patterns: [
      /failed to resolve (?:reference "[^"]*"|image): (?<image>\S+): not found/,
      /reading manifest (?:\S+) in (?<image>\S+): (?:manifest|name) unknown/,
    ],
    examples: [
      'failed to resolve image: 127.0.0.1:5901/checkpoints:nope: not found',
      'failed to resolve reference "127.0.0.1:5901/checkpoints:nope": 127.0.0.1:5901/checkpoints:nope: not found',
      'reading manifest nope in checkpoint-registry.local/checkpoints: manifest unknown',
    ],
    title: 'the registry has no image {{image}}',
    cure: 'convert the archive into that repository, or correct the reference: thaw convert prints it, thaw registry ls lists what is there',
    seen: [
      CONTAINERD,
      { program: 'CRI-O', version: '1.37.0', source: 'go.podman.io/image/v5/docker/docker_client.go' },
    ],
  },
  {
    id: 'signature-refused',
    weight: 'cause',
    patterns: [/because the signature validation failed|Source image rejected/],
    examples: [
      'image pull failed for checkpoint-registry.local/checkpoints:web because the signature validation failed: Source image rejected',
    ],
    title: "{{node}}'s signature policy does not accept the checkpoint image",
    cure: "allow the repository in the node's /etc/containers/policy.json; checkpoint images are not signed",
    seen: [{ program: 'kubelet', version: '1.36.3', source: 'pkg/kubelet/images/image_manager.go' }],
  },
  {
    id: 'disk-full',
    weight: 'cause',
    patterns: [/no space left on device/],
    examples: [
      'failed to extract layer: write /var/lib/containerd/tmpmounts/containerd-mount1/checkpoint/pages-1.img: no space left on device',
    ],
    title: "{{node}} has no room left for the image or the restore, which needs the archive's size once more",
    cure: 'free room on the node: old archives in /var/lib/kubelet/checkpoints, images that nothing uses (crictl rmi --prune)',
    seen: [{ program: 'Linux', version: '6.18', source: 'ENOSPC' }],
  },
];
