import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AddressRefused, createAddressGuard, isReachable, parseAllowList } from './allow.ts';

const none = parseAllowList([]);

test.each([
  '127.0.0.1',
  '127.8.8.8',
  '0.0.0.0',
  '10.1.2.3',
  '172.16.0.1',
  '172.31.255.255',
  '192.168.1.1',
  '169.254.169.254',
  '100.64.0.1',
  '100.100.100.200',
  '168.63.129.16',
  '224.0.0.1',
  '255.255.255.255',
  '240.0.0.1',
  '198.18.0.1',
  '192.0.2.1',
  '::',
  '::1',
  '::ffff:127.0.0.1',
  '::ffff:a9fe:a9fe',
  '::127.0.0.1',
  'fe80::1',
  'fc00::1',
  'fd00:ec2::254',
  'ff02::1',
  '64:ff9b::7f00:1',
  '2002:7f00:1::',
  '2001:db8::1',
  'not an address',
])('refuses %s', (address) => {
  expect(isReachable(address, none)).toBe(false);
});

test.each(['1.1.1.1', '172.32.0.1', '100.128.0.1', '2606:4700:4700::1111', '::ffff:8.8.8.8'])(
  'lets %s through',
  (address) => {
    expect(isReachable(address, none)).toBe(true);
  },
);

test('no private address gets through in either of its spellings', () => {
  const octet = fc.integer({ min: 0, max: 255 });
  fc.assert(
    fc.property(fc.constantFrom('10', '127', '0'), octet, octet, octet, (first, b, c, d) => {
      expect(isReachable(`${first}.${b}.${c}.${d}`, none)).toBe(false);
      expect(isReachable(`::ffff:${first}.${b}.${c}.${d}`, none)).toBe(false);
    }),
  );
});

test('the allow list names ranges, addresses and hosts', () => {
  const allowed = parseAllowList(['10.0.0.0/8', '::1', ' Hooks.Internal ', '192.168.1.5', '']);
  expect(['10.9.9.9', '::1', '192.168.1.5', '::ffff:10.1.1.1'].map((one) => isReachable(one, allowed))).toEqual([
    true,
    true,
    true,
    true,
  ]);
  expect(['11.0.0.1', '192.168.1.6'].map((one) => isReachable(one, allowed))).toEqual([true, false]);
  expect([...allowed.hosts]).toEqual(['hooks.internal']);
});

test.each(['10.0.0.0/33', '300.1.1.1', 'http://host', 'a b', '1.2.3'])(
  'an allow list with %s stops the start',
  (entry) => {
    expect(() => parseAllowList([entry])).toThrow(RangeError);
  },
);

test.each([
  'http://127.0.0.1/',
  'http://2130706433/',
  'http://0x7f.1/',
  'http://[::1]/',
  'http://[::ffff:169.254.169.254]/',
  'https://0/',
])('refuses %s, however it is written', async (url) => {
  await expect(createAddressGuard({ allow: [] }).check(url)).rejects.toBeInstanceOf(AddressRefused);
});

const resolving =
  (...addresses: string[]) =>
  async () =>
    addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));

test('refuses a name of which one address is private', async () => {
  const guard = createAddressGuard({ allow: [], resolve: resolving('1.1.1.1', '10.0.0.1') });
  await expect(guard.check('https://rebind.example/')).rejects.toThrow('rebind.example resolves to 10.0.0.1');
});

test('lets a named host through wherever it resolves to, and a name that does not resolve until it does', async () => {
  await createAddressGuard({ allow: ['hooks.internal'], resolve: resolving('10.0.0.1') }).check(
    'http://HOOKS.internal./x',
  );
  await createAddressGuard({ allow: [], resolve: () => Promise.reject(new Error('ENOTFOUND')) }).check(
    'https://later.example/',
  );
  await createAddressGuard({ allow: [], resolve: () => new Promise(() => {}), resolveWithinMs: 1 }).check(
    'https://slow.example/',
  );
});

test('connecting checks the very addresses it uses', async () => {
  const lookup = (addresses: string[], options: object) =>
    new Promise((done) =>
      createAddressGuard({ allow: [], resolve: resolving(...addresses) }).lookup('host', options, (...answer) =>
        done(answer),
      ),
    );
  expect(await lookup(['1.1.1.1', '2606:4700::1'], { all: true })).toEqual([
    null,
    [
      { address: '1.1.1.1', family: 4 },
      { address: '2606:4700::1', family: 6 },
    ],
  ]);
  expect(await lookup(['2606:4700::1', '1.1.1.1'], { family: 4 })).toEqual([null, '1.1.1.1', 4]);
  expect(await lookup(['127.0.0.1'], { all: true })).toEqual([expect.any(AddressRefused), '']);
  expect(await lookup([], {})).toEqual([expect.objectContaining({ code: 'ENOTFOUND' }), '']);
});
