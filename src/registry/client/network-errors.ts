import { type ErrorCode, errnoOf, ThawError } from '../../errors.ts';
import { showUrl } from './show-url.ts';
import { Transient } from './transient.ts';

/** What a failure of the network means. */
interface Reading {
  readonly codes: RegExp;
  readonly code?: ErrorCode;
  readonly says: (host: string) => string;
  readonly next: string;
  /** False: a further try would end the same way. */
  readonly lasting?: true;
}

/** Node's, OpenSSL's and undici's error codes, the first match counts. */
const READINGS: readonly Reading[] = [
  {
    codes: /^ECONNREFUSED$/,
    says: (host) => `nothing listens at ${host}`,
    next: 'start the registry, or check its address and port',
  },
  {
    codes: /^ENOTFOUND$/,
    says: (host) => `the name of ${host} cannot be resolved`,
    next: 'check the name, or enter it in DNS or /etc/hosts',
    lasting: true,
  },
  {
    codes: /^EAI_/,
    says: (host) => `no name server answers for ${host}`,
    next: 'check the network and the resolver of this machine',
  },
  {
    codes: /^(UND_ERR_CONNECT_TIMEOUT|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|EHOSTDOWN)$/,
    says: (host) => `${host} cannot be reached over the network`,
    next: 'check the address, the route and the firewall between here and the registry',
  },
  {
    codes: /^UND_ERR_(HEADERS|BODY)_TIMEOUT$/,
    says: (host) => `${host} took the request and does not go on answering`,
    next: "look into the registry's log, and try again",
  },
  {
    codes: /^ERR_SSL_(WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST)$/,
    code: 'PLAIN_HTTP_REFUSED',
    says: (host) => `${host} does not speak TLS; it looks like plain HTTP`,
    next: 'let the registry use HTTPS, or ask for plain HTTP (--plain-http) where the network can be trusted',
    lasting: true,
  },
  {
    codes: /^ERR_TLS_CERT_ALTNAME_INVALID$/,
    says: (host) => `the certificate of ${host} is for other names`,
    next: 'use one of the names in the certificate, or give the registry one for this name',
    lasting: true,
  },
  {
    codes: /^CERT_(HAS_EXPIRED|NOT_YET_VALID)$/,
    says: (host) => `the certificate of ${host} is not valid now`,
    next: "renew the registry's certificate, or correct this machine's clock",
    lasting: true,
  },
  {
    codes: /CERT|ISSUER|UNABLE_TO_VERIFY/,
    says: (host) => `the certificate of ${host} is signed by nobody that this machine trusts`,
    next: "name the registry's CA certificate (--ca-file), or install it in the system",
    lasting: true,
  },
  {
    codes: /^(EPROTO|ERR_SSL_.*|ERR_TLS_.*)$/,
    says: (host) => `no TLS connection to ${host} can be made`,
    next: 'check that the registry offers TLS 1.2 or newer at this port',
    lasting: true,
  },
  {
    codes: /^(HPE_.*|UND_ERR_HEADERS_OVERFLOW)$/,
    code: 'REGISTRY_PROTOCOL',
    says: (host) => `${host} answered with something that is not HTTP`,
    next: 'check that a registry listens at this address, and whether it wants HTTPS',
    lasting: true,
  },
];

const BROKEN: Reading = {
  codes: /^/,
  says: (host) => `the connection to ${host} broke`,
  next: "look into the registry's log and the network between, and try again",
};

/** The error for a request that got no answer, or not all of it: Transient where a further try may succeed. */
export function networkFailure(error: unknown, method: string, url: URL): ThawError | Transient {
  if (error instanceof ThawError || error instanceof Transient) return error;
  const errno = reasonOf(error);
  const reading = READINGS.find(({ codes }) => codes.test(errno)) ?? BROKEN;
  const failure = new ThawError(reading.code ?? 'REGISTRY_UNREACHABLE', {
    message: `${reading.says(url.host)} (${errno})`,
    next: reading.next,
    facts: { method, url: showUrl(url), reason: errno },
    cause: error,
  });
  return reading.lasting ? failure : new Transient(failure);
}

/** Node's or undici's code; undici's parser errors do not always have one. */
function reasonOf(error: unknown): string {
  if (error instanceof Error && error.name === 'HTTPParserError') return errnoOf(error) ?? 'HPE_UNKNOWN';
  return errnoOf(error) ?? 'unknown';
}
