/** True for an address or name that only this machine reaches. */
export function isLoopback(bind: string): boolean {
  return bind === 'localhost' || bind === '::1' || /^127(\.[0-9]{1,3}){3}$/.test(bind);
}
