/** What an id that a client chooses must match (WIRE.md section 1). */
export const idPattern = /^[A-Za-z0-9_-]{1,64}$/;
