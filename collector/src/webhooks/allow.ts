// The SSRF guard: a webhook may reach public addresses only, unless the operator's allow list names the host or range.
// Asked twice: when a webhook is created, to say no early, and at every connection with the address really used,
// because what a name resolves to can change in between. Redirects are not followed, so there is no third way.
import dns from 'node:dns';
import type { LookupFunction } from 'node:net';
import { domainToASCII } from 'node:url';
import ipaddr from 'ipaddr.js';

/** An address or URL that webhooks must not reach; the message can be shown to whoever gave it. */
export class AddressRefused extends Error {
  override readonly name = 'AddressRefused';
  readonly code = 'address_refused';
}

export interface Allowed {
  hosts: ReadonlySet<string>;
  ranges: readonly [ipaddr.IPv4 | ipaddr.IPv6, number][];
}

/** Reads the allow list: host names, addresses, CIDR ranges. Throws RangeError naming the entry that is none of these. */
export function parseAllowList(entries: readonly string[]): Allowed {
  const hosts = new Set<string>();
  const ranges: [ipaddr.IPv4 | ipaddr.IPv6, number][] = [];
  for (const entry of entries.map((text) => text.trim()).filter((text) => text !== '')) {
    if (ipaddr.isValidCIDR(entry)) {
      ranges.push(ipaddr.parseCIDR(entry));
    } else if (ipaddr.IPv4.isValidFourPartDecimal(entry) || ipaddr.IPv6.isValid(entry)) {
      const address = ipaddr.process(entry);
      ranges.push([address, address.kind() === 'ipv4' ? 32 : 128]);
    } else if (/^[^\s/:?#@\\]+$/.test(entry) && !/^[\d.]+$/.test(entry) && domainToASCII(entry) !== '') {
      hosts.add(hostName(domainToASCII(entry)));
    } else {
      throw new RangeError(`"${entry}" is neither a host name nor an address nor a CIDR range`);
    }
  }
  return { hosts, ranges };
}

/** Whether a webhook may connect to this address. Never throws; what cannot be read is refused. */
export function isReachable(address: string, allowed: Allowed): boolean {
  if (!ipaddr.isValid(address)) return false;
  // `process` unwraps an IPv4 address mapped into IPv6, so that ::ffff:127.0.0.1 is judged as what it reaches.
  const parsed = ipaddr.process(address);
  for (const [range, bits] of allowed.ranges) {
    if (parsed.kind() === range.kind() && parsed.match(range, bits)) return true;
  }
  if (parsed.range() !== 'unicast') return false;
  // Outside 2000::/3 nothing is assigned for global use; ::a.b.c.d (long deprecated) would else pass as unicast.
  if (parsed instanceof ipaddr.IPv6) return parsed.match(ipaddr.IPv6.parse('2000::'), 3);
  // Azure's metadata and agent endpoint has a public number.
  return parsed.toString() !== '168.63.129.16';
}

export type Resolve = (host: string) => Promise<readonly { address: string; family: number }[]>;
const systemResolve: Resolve = (host) => dns.promises.lookup(host, { all: true, order: 'verbatim' });

export interface AddressGuard {
  /** Refuses (AddressRefused) a URL whose host is, or resolves to, an address out of bounds. A name that does not resolve now passes: connecting asks again. */
  check(url: string): Promise<void>;
  /** As `check` for what connecting does not look up: hosts that are addresses already. */
  checkLiteral(url: string): void;
  /** For `net.connect`: resolves a name and refuses addresses out of bounds, so the address checked is the address used. */
  lookup: LookupFunction;
}

export function createAddressGuard({
  allow,
  resolve = systemResolve,
  resolveWithinMs = 3_000,
}: {
  allow: readonly string[];
  /** For tests. */
  resolve?: Resolve;
  resolveWithinMs?: number;
}): AddressGuard {
  const allowed = parseAllowList(allow);

  function refuseUnlessReachable(host: string, addresses: readonly { address: string }[]): void {
    if (allowed.hosts.has(hostName(host))) return;
    const refused = addresses.find(({ address }) => !isReachable(address, allowed));
    if (refused === undefined) return;
    const which = refused.address === host ? host : `${host} resolves to ${refused.address}, which`;
    throw new AddressRefused(
      `${which} is not a public address; SPANLEDGER_WEBHOOK_ALLOW can name hosts and ranges that may be reached`,
    );
  }

  function checkLiteral(url: string): void {
    const host = hostOf(url);
    if (ipaddr.isValid(host)) refuseUnlessReachable(host, [{ address: host }]);
  }

  return {
    checkLiteral,
    async check(url) {
      checkLiteral(url);
      const host = hostOf(url);
      if (ipaddr.isValid(host)) return;
      const tooLong = AbortSignal.timeout(resolveWithinMs);
      const unresolved = new Promise<[]>((done) => tooLong.addEventListener('abort', () => done([]), { once: true }));
      refuseUnlessReachable(host, await Promise.race([resolve(host).catch(() => []), unresolved]));
    },
    lookup(host, options, callback) {
      resolve(host).then(
        (found) => {
          const family =
            options.family === 4 || options.family === 'IPv4'
              ? 4
              : options.family === 6 || options.family === 'IPv6'
                ? 6
                : 0;
          const addresses = found.filter((one) => family === 0 || one.family === family);
          const first = addresses[0];
          if (first === undefined)
            return callback(Object.assign(new Error(`${host} has no address`), { code: 'ENOTFOUND' }), '');
          try {
            refuseUnlessReachable(host, addresses);
          } catch (error) {
            return callback(error as AddressRefused, '');
          }
          if (options.all === true) callback(null, [...addresses]);
          else callback(null, first.address, first.family);
        },
        (error: NodeJS.ErrnoException) => callback(error, ''),
      );
    },
  };
}

/** The host of a URL without the brackets of IPv6; the URL parser has already turned 0x7f.1 and 2130706433 into 127.0.0.1. */
function hostOf(url: string): string {
  return new URL(url).hostname.replace(/^\[(.*)\]$/, '$1');
}
const hostName = (host: string): string => host.toLowerCase().replace(/\.$/, '');
