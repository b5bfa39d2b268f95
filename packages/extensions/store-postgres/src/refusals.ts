import { CodedError } from '@dispatch/contracts';

export function conversationNotFound(conversationId: string): CodedError {
  return new CodedError('conversation-not-found', {
    message: `There is no conversation ${conversationId}.`,
  });
}

export function staleEpoch(turnId: string): CodedError {
  return new CodedError('stale-epoch', {
    message: `The turn ${turnId} belongs to another owner now.`,
    hint: 'Its lease was taken over, given up, or the turn is sealed or deleted. Nothing was written.',
  });
}

export function versionConflict(namespace: string, key: string): CodedError {
  return new CodedError('version-conflict', {
    message: `The record ${key} was changed by someone else.`,
    details: { namespace, key },
  });
}

export function attachmentNotFound(): CodedError {
  return new CodedError('attachment-not-found', {
    message: 'An attachment of the message is not there.',
    hint: 'One that no conversation uses is removed after a while: upload it again.',
  });
}

export function invalidInput(message: string): CodedError {
  return new CodedError('invalid-input', { message });
}
