/** Of one attachment (WIRE.md section 4). */
export const maxAttachmentBytes = 20 * 1024 * 1024;

/** Bodies that are held at once; one more is refused. */
export const maxUploads = 8;
