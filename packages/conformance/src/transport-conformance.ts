import { isCodedError, type Transport } from '@dispatch/contracts';
import { afterEach, describe, expect, it } from 'vitest';

/** Makes a transport for 127.0.0.1 that does not listen yet. `port` 0: a free one. */
export type MakeTransport = (place: { readonly port: number }) => Transport | Promise<Transport>;

/** The suite of the contract `transport`: its life, and that it serves clients while it lives. */
export function transportConformance(name: string, make: MakeTransport): void {
  describe(`${name}: transport contract`, () => {
    const made: Transport[] = [];
    const open = async (port = 0) => {
      const transport = await make({ port });
      made.push(transport);
      return transport;
    };
    afterEach(async () => {
      await Promise.all(made.splice(0).map((transport) => transport.close()));
    });

    it('has a name', async () => {
      expect((await open()).name.trim()).not.toBe('');
    });

    it('serves at the address that it names, from listen on', async () => {
      const { url } = await (await open()).listen();
      expect(url).toMatch(/^http:\/\/(127\.0\.0\.1|\[::1\]):[1-9][0-9]*$/);
      const response = await fetch(`${url}/health`);
      expect(response.status).toBe(200);
    });

    it('takes no client any more once it is closed', async () => {
      const transport = await open();
      const { url } = await transport.listen();
      await (await fetch(`${url}/health`)).arrayBuffer();
      await transport.close();
      await expect(fetch(`${url}/health`)).rejects.toThrow();
    });

    it('closes twice, and without ever having listened', async () => {
      const silent = await open();
      await silent.close();
      const transport = await open();
      await transport.listen();
      await Promise.all([transport.close(), transport.close()]);
      await transport.close();
    });

    it('lives beside another one in the same process', async () => {
      const [first, second] = [await open(), await open()];
      const [{ url: one }, { url: other }] = [await first.listen(), await second.listen()];
      expect(one).not.toBe(other);
      await first.close();
      expect((await fetch(`${other}/health`)).status).toBe(200);
    });

    it('says so where the port is in use, and can be closed then', async () => {
      const { url } = await (await open()).listen();
      const port = Number(new URL(url).port);
      const late = await open(port);
      const failure = await late.listen().catch((error: unknown) => error);
      expect(isCodedError(failure, 'port-in-use')).toBe(true);
      expect(String(failure)).toContain(String(port));
      await late.close();
    });
  });
}
