/** Bounds of the readers: hostile input is normal, so each of them ends in a `Problem`, never in memory that grows with the input. */

const MB = 1024 * 1024;

/** Decoded octets of one part that are kept as `bytes`. */
export const BODY_CAP = 16 * MB;
/** Octets of all parts of one message that are kept as `bytes`; later parts keep their first octets only. */
export const BODIES_CAP = 64 * MB;
/** Octets of an envelope, or of any XML document that is read. */
export const XML_CAP = 64 * MB;
/** First octets that are kept of a part beyond `BODY_CAP`, enough for the header of a DICOM object. */
export const DICOM_CAP = MB;
/** A DICOM value longer than this is given by position only. */
export const VALUE_CAP = MB;
/** An HTTP head: ten thousand ordinary header fields fit. */
export const HEAD_CAP = 4 * MB;
/** The header section of one body part. */
export const PART_HEAD_CAP = 256 * 1024;
/** Body parts of one message. */
export const PARTS_CAP = 20_000;
/** Problems that one reader lists; what follows would repeat them. */
export const PROBLEMS_CAP = 200;
/** Elements within elements. */
export const XML_DEPTH_CAP = 256;
/** Elements, attributes and texts of one XML document. */
export const XML_NODES_CAP = 1_000_000;
/** Attributes of one element. */
export const XML_ATTRIBUTES_CAP = 1_000;
