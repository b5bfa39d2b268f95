const ways = {
  read: 'To read there, call request_access with that path and a reason: a person then decides. Or the owner of this host adds a rule that allows it, or the conversation is given a `cwd` that contains it.',
  write:
    'To write there takes a rule of the owner of this host, or a `cwd` of the conversation that contains it: ask the user. To read there, call request_access with that path and a reason.',
};

/** What a model is told to do where a path leads out of its conversation's folder (HOST.md, "Tools and the disk"). */
export function wayOut(access: 'read' | 'write'): string {
  return ways[access];
}
